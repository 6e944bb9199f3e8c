// What `naru explain` shows is what the model computed: its tables multiply out to the layers' own results.
#include "naru/lab/explain.h"

#include <gtest/gtest.h>

#include "naru/lab/attention_steps.h"
#include "naru/lab/recurrent_steps.h"
#include "naru/ops/activations.h"
#include "naru/ops/arithmetic.h"
#include "naru/ops/concat.h"
#include "naru/ops/linear.h"
#include "naru/ops/norm.h"

namespace naru {
namespace {

struct Variant {
  const char *name, *preset;
  std::vector<std::pair<const char*, const char*>> options;
};

/// A small model with weights that nobody trained, and its trace of one sentence.
struct Traced {
  ModelConfig config;
  std::unique_ptr<Model> model;
  Trace trace;

  explicit Traced(const Variant& variant) : config(preset(variant.preset)) {
    std::vector<std::pair<const char*, const char*>> options{{"layers", "2"}, {"width", "16"}, {"vocabulary", "23"}};
    if (!std::holds_alternative<Seq2SeqConfig>(config))
      options.insert(options.end(), {{"heads", "2"}, {"feed_forward", "24"}});
    options.insert(options.end(), variant.options.begin(), variant.options.end());
    for (const auto& [key, value] : options) NARU_CHECK(set_option(config, key, value), "no option {}", key);
    model = build(config, Params(7));
    const auto state = model->decoder()->start(Ragged::from({{5, 9, 4, 17, 11, 2}}), &trace);
    model->decoder()->append(*state, Ragged::from({{1, 6, 20, 8}}), &trace);
  }

  Tensor weight(const std::string& name) const { return model->params().named().at(name); }
  Tensor projected(const std::string& name, const Tensor& rows) const {
    return linear(rows, weight(name + ".weight"), weight(name + ".bias"));
  }
  Tensor normed(const std::string& name, const Tensor& rows) const {
    return layer_norm(rows, weight(name + ".weight"), weight(name + ".bias"), 1e-5f);
  }
  bool pre_norm() const { return std::get<TransformerConfig>(config).norm == "pre"; }

  /// x + part, with the norm where it stands.
  Tensor joined(const std::string& norm, const Tensor& x, const Tensor& part) const {
    return pre_norm() ? add(x, part) : normed(norm, add(x, part));
  }
  /// The output projection of all heads' tables side by side.
  Tensor from_tables(const std::string& attention, const std::string& layer) const {
    std::vector<Tensor> heads;
    for (int64_t head = 0; head < attention_map(trace, layer).heads; ++head)
      heads.push_back(attention_steps(config, model->params(), trace, {layer, head}).output);
    return projected(attention + ".out_proj", concat_columns(heads));
  }
  Tensor fed_forward(const std::string& layer, const Tensor& x) const {
    const Tensor read = pre_norm() ? normed(layer + ".final_layer_norm", x) : x;
    return joined(layer + ".final_layer_norm", x, projected(layer + ".fc2", relu(projected(layer + ".fc1", read))));
  }
};

double apart(const Tensor& a, const Tensor& b) {
  EXPECT_EQ(a.shape(), b.shape());
  double largest = 0;
  for (int64_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a.data()[i] - b.data()[i])));
  return largest;
}

void PrintTo(const Variant& variant, std::ostream* out) { *out << variant.name; }
std::string name_of_case(const ::testing::TestParamInfo<Variant>& info) { return info.param.name; }

struct AttentionTables : ::testing::TestWithParam<Variant> {};
INSTANTIATE_TEST_SUITE_P(
    Transformer, AttentionTables,
    ::testing::Values(Variant{"post_norm", "transformer-tiny", {{"norm", "post"}}},
                      Variant{"pre_norm", "transformer-tiny", {{"norm", "pre"}}},
                      Variant{"shared_keys", "transformer-tiny", {{"heads", "4"}, {"key_value_heads", "2"}}}),
    name_of_case);

TEST_P(AttentionTables, OfAllHeadsMultiplyOutToTheEncodersLayer) {
  const Traced traced(GetParam());
  const std::string layer = "model.encoder.layers.1";
  const Tensor attended = traced.joined(layer + ".self_attn_layer_norm", traced.trace.find("encoder.1"),
                                        traced.from_tables(layer + ".self_attn", "encoder.1"));
  EXPECT_LT(apart(traced.fed_forward(layer, attended), traced.trace.find("encoder.2")), 1e-5);
}

TEST_P(AttentionTables, OfAllHeadsMultiplyOutToTheDecodersLayer) {
  const Traced traced(GetParam());
  const std::string layer = "model.decoder.layers.1";
  const Tensor told = traced.joined(layer + ".self_attn_layer_norm", traced.trace.find("decoder.1"),
                                    traced.from_tables(layer + ".self_attn", "decoder.1.self"));
  EXPECT_LT(apart(told, traced.trace.find("decoder.1.told")), 1e-5);
  const Tensor read = traced.joined(layer + ".encoder_attn_layer_norm", traced.trace.find("decoder.1.told"),
                                    traced.from_tables(layer + ".encoder_attn", "decoder.1.cross"));
  EXPECT_LT(apart(traced.fed_forward(layer, read), traced.trace.find("decoder.2")), 1e-5);
}

struct StateTables : ::testing::TestWithParam<Variant> {};
INSTANTIATE_TEST_SUITE_P(
    Recurrent, StateTables,
    ::testing::Values(Variant{"lstm_from_the_end", "seq2seq", {}},
                      Variant{"rnn_bridged", "seq2seq", {{"cell", "rnn"}, {"bridge", "true"}}},
                      Variant{"gru_both_ways", "seq2seq", {{"cell", "gru"}, {"bidirectional", "true"}}},
                      Variant{"context_input", "seq2seq", {{"context_input", "true"}}},
                      Variant{"bahdanau", "seq2seq-attention", {}},
                      Variant{"gru_2014", "seq2seq-attention", {{"cell", "gru_2014"}}},
                      Variant{"luong_general", "seq2seq", {{"attention", "general"}}},
                      Variant{"luong_dot", "seq2seq", {{"attention", "dot"}, {"input_feeding", "false"}}},
                      Variant{"luong_additive", "seq2seq", {{"attention", "additive"}}},
                      Variant{"hybrid", "transformer-lstm-small", {}}),
    name_of_case);

TEST_P(StateTables, GatesRecombineToTheStatesOfTheModel) {
  const Traced traced(GetParam());
  const auto all = recurrent_steps(traced.config, traced.model->params(), traced.trace);
  ASSERT_GE(all.size(), 2u);
  for (const RecurrentSteps& steps : all) {
    EXPECT_LT(apart(recombined(steps), steps.state), 1e-5) << steps.layer;
    for (const auto& [gate, values] : steps.gates)
      for (const float value : values.values()) EXPECT_TRUE(value > 0 && value < 1) << steps.layer << " " << gate;
  }
  // What the topmost layer of the decoder is said to have come to is what the model noted.
  const std::string top = all.back().layer;
  EXPECT_LT(apart(all.back().state, traced.trace.find(top)), 1e-5) << top;
}

TEST_P(StateTables, OfTheRecurrentAttentionGiveTheContextThatTheCellReads) {
  const Traced traced(GetParam());
  if (traced.trace.attention.empty() || traced.trace.attention.back().name != "attention")
    return;  // it does not attend
  const AttentionSteps steps = attention_steps(traced.config, traced.model->params(), traced.trace, {"attention", 0});
  if (std::string(GetParam().preset) != "seq2seq-attention") return;  // only Bahdanau's cell reads the context itself
  const Tensor read = traced.trace.find("decoder.0");
  EXPECT_LT(apart(slice_columns(read, read.dim(1) - steps.output.dim(1), read.dim(1)), steps.output), 1e-5);
}

const std::filesystem::path golden_folders = NARU_SOURCE_DIR "/tests/fixtures/golden";

Json explained(const std::vector<std::string>& names, const ExplainOptions& options) {
  std::vector<std::string> paths;
  for (const std::string& name : names) paths.push_back((golden_folders / name).string());
  return explain(open_folders(paths, "f32"), options, false);
}

/// The number of a table's cells.
std::vector<double> column_of(const Json& table, size_t column) {
  std::vector<double> numbers;
  for (const Json& row : table.at("rows")) numbers.push_back(row.at(column).get<double>());
  return numbers;
}

TEST(Explain, ShowsTheFourTablesOfAWordOfWhichEachFollowsFromTheOneBefore) {
  const std::string source = read_pairs({.paths = {(golden_folders / "corpus.tsv").string()}})[0].source;
  const Json document = explained({"transformer-tiny"}, {.source = source, .head = 1});
  std::vector<Json> tables;
  for (const Json& block : document.at("experiments").at(0).at("blocks"))
    if (block.at("type") == "table") tables.push_back(block);
  ASSERT_EQ(tables.size(), 5u);  // the four, and that of writing
  const Json numbers = document.at("experiments").at(0).at("numbers").at("attention");
  const auto scores = column_of(tables[0], 1), scaled = column_of(tables[1], 1), weights = column_of(tables[2], 1);
  std::vector<double> output;  // of the first piece
  const Json piece = tables[3].at("rows").at(0).at(0);
  for (const Json& row : tables[3].at("rows"))
    for (size_t k = 2; k < row.size() && row.at(0) == piece && output.size() < numbers.at("values").at(0).size(); ++k)
      output.push_back(row.at(k).get<double>());
  const double root = std::sqrt(static_cast<double>(output.size()));
  double sum = 0;
  for (const double score : scaled) sum += std::exp(score);
  for (size_t key = 0; key < scores.size(); ++key) {
    EXPECT_NEAR(scaled[key], scores[key] / root, 1e-5);
    EXPECT_NEAR(weights[key], std::exp(scaled[key]) / sum, 1e-5);
  }
  for (size_t k = 0; k < output.size(); ++k) {
    double expected = 0;
    for (size_t key = 0; key < weights.size(); ++key)
      expected += weights[key] * numbers.at("values").at(key).at(k).get<double>();
    EXPECT_NEAR(output[k], expected, 1e-5);
  }
}

TEST(Explain, FollowsTheModelsOwnTranslationOrTheOneThatIsGiven) {
  const Pair pair = read_pairs({.paths = {(golden_folders / "corpus.tsv").string()}})[0];
  for (const std::string given : {"", pair.target.c_str()}) {
    const Json document = explained({"seq2seq", "transformer-tiny"}, {.source = pair.source, .target = given});
    ASSERT_EQ(document.at("experiments").size(), 3u);  // side by side, then each
    for (const size_t model : {1, 2}) {
      const Json numbers = document.at("experiments").at(model).at("numbers");
      EXPECT_TRUE(given.empty() || numbers.at("target") == given);
      for (const Json& step : numbers.at("writing")) {
        ASSERT_EQ(step.at("best").size(), 5u);
        for (size_t k = 1; k < 5; ++k)
          EXPECT_GE(step.at("best").at(k - 1).at("probability"), step.at("best").at(k).at("probability"));
        EXPECT_LE(step.at("probability"), step.at("best").at(0).at("probability"));
      }
      EXPECT_EQ(numbers.at("attention").is_null(), model == 1);
      EXPECT_EQ(numbers.at("recurrent").empty(), model == 2);
    }
  }
}

TEST(Explain, RefusesWhatIsNotThereAndNamesWhatIs) {
  const std::string source = read_pairs({.paths = {(golden_folders / "corpus.tsv").string()}})[0].source;
  const auto message = [&](const std::string& model, const ExplainOptions& options) -> std::string {
    try {
      explained({model}, options);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(message("transformer-tiny", {.source = source, .layer = "encoder.9"}).find("did you mean encoder."),
            std::string::npos);
  EXPECT_NE(message("transformer-tiny", {.source = source, .head = 99}).find("heads, counted from 0"),
            std::string::npos);
  EXPECT_NE(message("transformer-tiny", {.source = source, .word = "nowhere"}).find("not a word of"),
            std::string::npos);
  EXPECT_NE(message("seq2seq", {.source = source, .layer = "encoder.0"}).find("has no attention"), std::string::npos);
  EXPECT_NE(message("seq2seq", {.source = " "}).find("is empty"), std::string::npos);
}

}  // namespace
}  // namespace naru
