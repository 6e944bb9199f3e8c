// Speeds on fixed shapes, with random weights and without data; compare them side by side with others' (bench/).

#include "naru/base/json.h"
#include "naru/base/threads.h"
#include "naru/lab/training_speed.h"
#include "naru/lab/translation_speed.h"
#include "naru/ops/cpu/isa.h"

#include "cli/command.h"
#include "cli/profile_table.h"

namespace naru::cli {
namespace {

/// What was measured behind what was asked for.
void print_json(Json asked, const Speed& speed) {
  asked.update(Json{{"threads", threads()},
                    {"isa", cpu::isa()},
                    {"target_tokens_per_second", speed.target_tokens_per_second},
                    {"parameters", speed.parameters},
                    {"floor_ratio", speed.floor_ratio},
                    {"gemm_share", speed.gemm_share},
                    {"peak_bytes", speed.peak_bytes},
                    {"repetitions", speed.repetitions}});
  fmt::print("{}\n", json_text(asked));
}
void print_line(const std::string& asked, const Speed& speed) {
  fmt::print(
      "{}, {} threads, {}): {:.0f} target tokens per second, time / floor {:.2f}, {:.0f} % of the product's rate, peak "
      "{:.0f} MB, {} parameters\n",
      asked, threads(), cpu::isa(), speed.target_tokens_per_second, speed.floor_ratio, 100 * speed.gemm_share,
      static_cast<double>(speed.peak_bytes) / 1e6, speed.parameters);
}

struct BenchTrainOptions {
  std::string geometry, precision = "f32";
  int64_t repetitions = 5;
  bool json = false, profile = false;
  void fields(auto&& field) {
    Check geometries = one_of(bench_geometries());
    geometries.required = true;
    field("geometry", geometry,
          "model: transformer-base (32 k), -small (8 k), LSTM 2 × 512, LSTM with additive attention", geometries);
    field("precision", precision, "what matrix inputs and activations are stored as", one_of({"f32", "bf16"}));
    field("repetitions", repetitions, "timed steps, after one that warms up", at_least(1));
    field("profile", profile, "show where the time of the timed steps went");
    field("json", json, "print JSON");
  }
};

int bench_train(const BenchTrainOptions& options) {
  const Speed speed = measure_training_speed(options.geometry, options.precision, options.repetitions, options.profile);
  if (options.profile) log_profile();
  if (options.json) {
    const Json document{{"geometry", options.geometry}, {"precision", options.precision}};
    print_json(document, speed);
    return 0;
  }
  print_line(fmt::format("{} ({}", options.geometry, options.precision), speed);
  return 0;
}

struct BenchTranslateOptions {
  TranslationLoad load;
  bool json = false, profile = false;
  void fields(auto&& field) {
    Check geometries = one_of(translation_geometries());
    geometries.required = true;
    field("geometry", load.geometry, "model: base (6+6 layers of 512) or student (6+2 of 256), 32 k pieces",
          geometries);
    field("dtype", load.precision, "what weights are stored as", one_of(precisions()));
    field("batch", load.batch, "sentences translated together", at_least(1));
    field("beam", load.beam, "hypotheses kept at each step; 1 = greedy", between(1, 1000));
    field("length", load.length, "tokens of every translation", at_least(1));
    field("workers", load.workers, "callers at the same time, who share the model", between(1, 1024));
    field("shortlist", load.shortlist, "pieces that a sentence may be translated with, drawn at random; 0 = all",
          at_least(0));
    field("repetitions", load.repetitions, "timed runs, after one that warms up", at_least(1));
    field("profile", profile, "show where the time of the timed runs went");
    field("json", json, "print JSON");
  }
};

int bench_translate(const BenchTranslateOptions& options) {
  const TranslationLoad& load = options.load;
  const Speed speed = measure_translation_speed(load, options.profile);
  if (options.profile) log_profile();
  if (options.json) {
    const Json document{{"geometry", load.geometry},  {"dtype", load.precision}, {"batch", load.batch},
                        {"beam", load.beam},          {"length", load.length},   {"workers", load.workers},
                        {"shortlist", load.shortlist}};
    print_json(document, speed);
    return 0;
  }
  const std::string shortlist = load.shortlist > 0 ? fmt::format(", {} pieces to choose from", load.shortlist) : "";
  print_line(fmt::format("{} ({}, batch {}, beam {}, {} workers{}", load.geometry, load.precision, load.batch,
                         load.beam, load.workers, shortlist),
             speed);
  return 0;
}

}  // namespace

Command bench_train_command() {
  return make_command("bench train", "training speed of a fixed model and batch", bench_train);
}

Command bench_translate_command() {
  return make_command("bench translate", "translation speed of a fixed model and length", bench_translate);
}

}  // namespace naru::cli
