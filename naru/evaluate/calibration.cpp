#include "naru/evaluate/calibration.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/tensor/safetensors.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

constexpr const char* format_name = "naru-calibration-1";
constexpr const char* mend = "make it again with naru calibrate";

Json to_json(const Logistic& model) {
  return {{"bias", model.bias}, {"mean", model.mean}, {"scale", model.scale}, {"weights", model.weights}};
}

std::string checksum(const Json& document) { return fmt::format("{:08x}", crc32(json_text(document))); }

bool is_finite(const Json& value) {
  if (value.is_number_float()) return std::isfinite(value.get<double>());
  return !value.is_structured() || std::ranges::all_of(value, is_finite);
}

[[noreturn]] void damaged(const fs::path& path, const std::string& what) {
  fail("{}: {}; {}", path.string(), what, mend);
}

/// A document whose values are taken one by one; what is missing, of another kind or left over is refused.
class Reader {
 public:
  Reader(const fs::path& path, Json document) : path_(path), document_(std::move(document)) {
    if (!document_.is_object()) damaged(path_, "is no calibration");
  }
  Json take(const std::string& key) {
    const auto found = document_.find(key);
    if (found == document_.end()) damaged(path_, fmt::format("has no '{}'", key));
    Json value = std::move(*found);
    document_.erase(key);
    return value;
  }
  template <class Value>
  Value take_as(const std::string& key) {
    try {
      return take(key).get<Value>();
    } catch (const Json::exception&) {
      damaged(path_, fmt::format("'{}' has a value of another kind", key));
    }
  }
  double number(const std::string& key, double low, double high) {
    const auto value = take_as<double>(key);
    if (!(low <= value && value <= high)) damaged(path_, fmt::format("'{}' is {}", key, value));
    return value;
  }
  Logistic logistic(const std::string& key, size_t features) {
    Reader inner(path_, take(key));
    Logistic model{.mean = inner.take_as<std::vector<double>>("mean"),
                   .scale = inner.take_as<std::vector<double>>("scale"),
                   .weights = inner.take_as<std::vector<double>>("weights"),
                   .bias = inner.take_as<double>("bias")};
    inner.end();
    const bool whole = model.mean.size() == features && model.scale.size() == features &&
                       model.weights.size() == features &&
                       std::ranges::all_of(model.scale, [](double scale) { return scale > 0; });
    if (!whole) damaged(path_, fmt::format("'{}' has not {} features", key, features));
    return model;
  }
  PieceBigrams bigrams(const std::string& key, int64_t vocabulary) {
    const auto numbers = take_as<std::vector<int64_t>>(key);
    PieceBigrams bigrams(vocabulary);
    const auto piece = [&](int64_t id) { return PieceBigrams::border <= id && id < vocabulary; };
    if (numbers.size() % 3 != 0) damaged(path_, fmt::format("'{}' ends early", key));
    for (size_t i = 0; i < numbers.size(); i += 3) {
      if (!piece(numbers[i]) || !piece(numbers[i + 1]) || numbers[i + 2] < 1)
        damaged(path_, fmt::format("'{}' has a pair that cannot be", key));
      bigrams.add(std::pair{static_cast<int32_t>(numbers[i]), static_cast<int32_t>(numbers[i + 1])}, numbers[i + 2]);
    }
    return bigrams;
  }
  void end() const {
    if (!document_.empty()) damaged(path_, fmt::format("has an unknown '{}'", document_.begin().key()));
  }
  /// Of all that is not taken.
  void check_sum(const std::string& stored) const {
    if (stored != checksum(document_)) damaged(path_, "is damaged: its checksum is wrong");
  }

 private:
  fs::path path_;
  Json document_;
};

/// The reason whose features say most for it.
std::string reason_of(const Logistic& detector, const std::vector<double>& features) {
  std::map<std::string, double> shares;
  for (size_t i = 0; i < features.size(); ++i) shares[line_feature_names[i].reason] += detector.share(features, i);
  return std::ranges::max_element(shares, {}, [](const auto& share) { return share.second; })->first;
}

}  // namespace

std::string weights_checksum(const ModelFolder& folder) {
  const SafetensorsFile file(folder.path / "model.safetensors");
  const auto found = file.metadata().find("crc32");
  return found == file.metadata().end() ? "" : found->second;
}

void Calibration::save(const fs::path& path) const {
  std::vector<int64_t> bigrams;
  for (const auto& [pair, times] : usual.sources.counts())
    bigrams.insert(bigrams.end(), {pair.first, pair.second, times});
  Json document{{"format", format_name},
                {"weights", weights},
                {"source_tokenizer", vocabularies.source},
                {"target_tokenizer", vocabularies.target},
                {"right_at", right_at},
                {"flag_at", flag_at},
                {"log_ratio", usual.log_ratio},
                {"word", to_json(word)},
                {"line", to_json(line)},
                {"detector", to_json(detector)},
                {"source_pairs", bigrams}};
  for (const auto& [key, value] : document.items())
    if (!is_finite(value))
      fail("{}: not written: '{}' has a number that is not finite; give more pairs", path.string(), key);
  document["crc32"] = checksum(document);
  write_file(path, json_text(document) + "\n");
}

Calibration Calibration::open(const fs::path& path, const ModelFolder& folder) {
  if (!fs::exists(path)) fail("{}: there is none; make it with naru calibrate", path.string());
  Reader reader(path, parse_json(read_file(path)));
  reader.check_sum(reader.take_as<std::string>("crc32"));
  if (reader.take_as<std::string>("format") != format_name) damaged(path, "is of another format");
  const VocabularyPair vocabularies = vocabularies_of(*folder.source, *folder.target);
  if (reader.take_as<uint32_t>("source_tokenizer") != vocabularies.source ||
      reader.take_as<uint32_t>("target_tokenizer") != vocabularies.target)
    damaged(path, "was made for other tokenizers");
  const std::string weights = weights_checksum(folder);
  if (reader.take_as<std::string>("weights") != weights) damaged(path, "was made for other weights");
  constexpr size_t line_features = std::size(line_feature_names);
  const double ratio = reader.number("log_ratio", -10, 10);
  Calibration calibration{
      .vocabularies = vocabularies,
      .weights = weights,
      .right_at = reader.number("right_at", 0, 100),
      .flag_at = reader.number("flag_at", 0, 1),
      .usual = {.sources = reader.bigrams("source_pairs", folder.source->size()), .log_ratio = ratio},
      .word = reader.logistic("word", word_feature_count),
      .line = reader.logistic("line", line_features),
      .detector = reader.logistic("detector", line_features)};
  reader.end();
  return calibration;
}

Judgement Calibration::judge(const Observation& observation, const Tokenizer& source, const Tokenizer& target) const {
  const std::vector<double> features = line_features(observation, source, target, usual);
  Judgement judgement{
      .confidence = line.probability(features), .suspicion = detector.probability(features), .flag = "", .words = {}};
  if (judgement.suspicion >= flag_at) judgement.flag = reason_of(detector, features);
  for (ObservedWord& observed : observed_words(observation, target))
    judgement.words.push_back({std::move(observed.text), word.probability(observed.features)});
  return judgement;
}

}  // namespace naru
