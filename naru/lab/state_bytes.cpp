#include "naru/lab/state_bytes.h"

#include "naru/tensor/memory.h"

namespace naru {

StateBytes state_bytes(const Decoder& decoder, int64_t pieces) {
  const auto held = [] { return memory_use(Purpose::activations).current; };
  const Ragged sentence = Ragged::from({std::vector<int32_t>(static_cast<size_t>(pieces), 0)});
  decoder.append(*decoder.start(sentence), sentence);  // what the model and its threads keep from their first call on
  const int64_t before = held();
  const std::unique_ptr<State> state = decoder.start(sentence);
  StateBytes bytes{.read = held() - before};
  decoder.append(*state, sentence);
  bytes.written = held() - before;
  return bytes;
}

}  // namespace naru
