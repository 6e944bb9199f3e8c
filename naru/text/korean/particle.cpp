#include "naru/text/korean/particle.h"

#include <array>

#include "naru/text/korean/syllable.h"

namespace naru {
namespace {
struct Forms {
  std::string_view closed, open;  // after a consonant, after a vowel
};
// In the order of `Particle`.
constexpr std::array<Forms, 18> forms = {{{"은", "는"},
                                          {"이", "가"},
                                          {"을", "를"},
                                          {"과", "와"},
                                          {"이랑", "랑"},
                                          {"이나", "나"},
                                          {"으로", "로"},
                                          {"에", "에"},
                                          {"에서", "에서"},
                                          {"에게", "에게"},
                                          {"께", "께"},
                                          {"께서", "께서"},
                                          {"의", "의"},
                                          {"도", "도"},
                                          {"만", "만"},
                                          {"까지", "까지"},
                                          {"부터", "부터"},
                                          {"보다", "보다"}}};
}  // namespace

std::string_view allomorph(Particle particle, std::string_view word) {
  const FinalConsonant final = spoken_final(word);
  const bool open = final == FinalConsonant::none || (particle == Particle::toward && final == FinalConsonant::rieul);
  const Forms& pair = forms[static_cast<size_t>(particle)];
  return open ? pair.open : pair.closed;
}

std::string attach(std::string_view word, Particle particle) {
  if (particle == Particle::subject) {
    if (word == "나") return "내가";
    if (word == "저") return "제가";
    if (word == "너") return "네가";
    if (word == "누구") return "누가";
  }
  return std::string(word).append(allomorph(particle, word));
}

}  // namespace naru
