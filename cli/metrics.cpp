// naru metrics: BLEU, chrF and TER of finished translations, with confidence intervals and paired tests.

#include <algorithm>

#include "naru/base/json.h"
#include "naru/evaluate/metric_choice.h"
#include "naru/metrics/bootstrap.h"
#include "naru/metrics/python_text.h"
#include "naru/text/lines.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct MetricsOptions : MetricChoice {
  std::vector<std::string> reference, hypothesis;
  bool bootstrap = false, sentence_level = false, json = false;
  int64_t samples = BootstrapOptions{}.samples, seed = static_cast<int64_t>(BootstrapOptions{}.seed);

  void fields(auto&& field) {
    field("reference", reference, "reference translations, one file each (of a .tsv the second column)",
          required(file_path()));
    field("hypothesis", hypothesis, "translations to score, one file per system; default: standard input", file_path());
    MetricChoice::fields(field);
    field("bootstrap", bootstrap, "95 % intervals; with several systems paired tests against the first");
    field("samples", samples, "resamples of the bootstrap", between(2, 1e6));
    field("seed", seed, "seed of the bootstrap", at_least(0));
    field("sentence-level", sentence_level, "a line of scores per sentence: a column per metric and system");
    field("json", json, "print JSON");
  }
};

/// One system's score by one metric.
struct Row {
  std::string hypothesis;
  Bootstrapped result;
  std::vector<double> sentences;
};

struct Systems {
  std::vector<std::string> files;
  std::vector<Lines> hypotheses;  // [files]
  std::vector<Lines> references;
};

std::string shown(const std::string& file) { return file == "-" ? standard_input_name : file; }

/// The second of two columns.
std::string target_of(const LineReader& reader, const std::string& line) {
  const auto columns = std::ranges::count(line, '\t') + 1;
  if (columns != 2) fail("{}: expected 2 tab-separated columns, found {}", reader.place(), columns);
  return line.substr(line.find('\t') + 1);
}

/// The lines (of a reference that is a .tsv: the second column) without white space at their ends, as sacreBLEU reads.
Lines read_lines(const std::string& file, bool is_reference) {
  const bool pairs = is_reference && (file.ends_with(".tsv") || file.ends_with(".tsv.gz"));
  LineReader reader(file);
  Lines lines;
  for (std::string line; reader.next(line);)
    lines.emplace_back(python::strip_right(pairs ? target_of(reader, line) : line));
  return lines;
}

void check_aligned(const std::string& file, const Lines& lines, const std::string& other, const Lines& others) {
  if (lines.size() < others.size())
    fail("{}:{}: the line is missing: {} has {} lines; both must have equally many", shown(file), lines.size() + 1,
         shown(other), others.size());
  if (others.size() < lines.size()) check_aligned(other, others, file, lines);
}

Systems read_systems(const MetricsOptions& options) {
  Systems systems{options.hypothesis, {}, {}};
  if (systems.files.empty()) systems.files = {"-"};
  if (std::ranges::count(options.reference, "-") + std::ranges::count(systems.files, "-") > 1)
    fail("{}: standard input can be one of the files only; name a file for each other{}",
         std::ranges::count(options.reference, "-") > 0 ? "--reference -" : "--hypothesis -",
         options.hypothesis.empty() ? ", the hypothesis with --hypothesis" : "");
  for (const std::string& file : options.reference) systems.references.push_back(read_lines(file, true));
  for (const std::string& file : systems.files) systems.hypotheses.push_back(read_lines(file, false));
  const std::string& first = options.reference[0];
  for (size_t i = 1; i < options.reference.size(); ++i)
    check_aligned(options.reference[i], systems.references[i], first, systems.references[0]);
  for (size_t i = 0; i < systems.files.size(); ++i)
    check_aligned(systems.files[i], systems.hypotheses[i], first, systems.references[0]);
  if (systems.references[0].empty()) fail("{}:1: the file is empty; there is nothing to score", first);
  return systems;
}

/// All systems by one metric.
std::vector<Row> score(const Metric& metric, const Systems& systems, const MetricsOptions& options) {
  std::vector<Statistics> statistics;
  for (const Lines& lines : systems.hypotheses) statistics.emplace_back(metric, lines, systems.references);
  std::vector<Bootstrapped> results;
  if (options.bootstrap)
    results = bootstrap(statistics,
                        {.samples = static_cast<int>(options.samples), .seed = static_cast<uint64_t>(options.seed)});
  else
    for (const Statistics& system : statistics) results.push_back({system.corpus(), 0, 0, {}});

  std::vector<Row> rows;
  for (size_t s = 0; s < statistics.size(); ++s) {
    rows.push_back({systems.files[s], results[s], {}});
    for (int64_t i = 0; options.sentence_level && i < statistics[s].size(); ++i)
      rows.back().sentences.push_back(statistics[s].sentence(i).value);
  }
  return rows;
}

Json json_of(const Row& row, const MetricsOptions& options) {
  const Score& score = row.result.score;
  Json entry{{"name", score.name},
             {"score", score.value},
             {"signature", score.signature},
             {"label", score.label},
             {"hypothesis", row.hypothesis}};
  if (options.bootstrap) entry["mean"] = row.result.mean, entry["half_width"] = row.result.half_width;
  if (row.result.p_value) entry["p_value"] = *row.result.p_value;
  for (const ScorePart& part : score.parts)
    entry[part.name] = part.values.size() == 1 ? Json(part.values[0]) : Json(part.values);
  if (options.sentence_level) entry["sentences"] = row.sentences;
  return entry;
}

/// What sacreBLEU writes behind a BLEU score.
std::string bleu_details(const Score& score) {
  std::string precisions;
  for (const double precision : score.part("precisions"))
    precisions += fmt::format("{}{:.1f}", precisions.empty() ? "" : "/", precision);
  return fmt::format(" {} (BP = {:.3f} ratio = {:.3f} hyp_len = {:.0f} ref_len = {:.0f})", precisions,
                     score.part("brevity_penalty")[0], score.part("ratio")[0], score.part("hypothesis_length")[0],
                     score.part("reference_length")[0]);
}

std::string line_of(const Row& row, const MetricsOptions& options) {
  const Score& score = row.result.score;
  std::string line = fmt::format("{}|{} = {:.2f}", score.label, score.signature, score.value);
  if (options.bootstrap) line += fmt::format(" (μ = {:.2f} ± {:.2f}", row.result.mean, row.result.half_width);
  if (row.result.p_value) line += fmt::format(", p = {:.4f}", *row.result.p_value);
  if (options.bootstrap) line += ")";
  return line + (score.name == "bleu" ? bleu_details(score) : "");
}

void print_sentences(const std::vector<Row>& rows) {
  for (size_t i = 0; i < rows[0].sentences.size(); ++i) {
    std::string line;
    for (const Row& row : rows) line += fmt::format("{}{:.2f}", line.empty() ? "" : "\t", row.sentences[i]);
    fmt::print("{}\n", line);
  }
}

/// `rows` holds all systems of the first metric, then of the next.
void print_table(const std::vector<Row>& rows, const Systems& systems, const MetricsOptions& options) {
  const size_t count = systems.files.size();
  for (size_t s = 0; s < count; ++s) {
    if (count > 1) fmt::print("{}\n", systems.files[s]);
    for (size_t row = s; row < rows.size(); row += count) fmt::print("{}\n", line_of(rows[row], options));
  }
}

int run(const MetricsOptions& options) {
  if (options.sentence_level && options.bootstrap)
    fail("--bootstrap: resamples a whole corpus; leave out --sentence-level");
  const std::vector<Metric> metrics = chosen_metrics(options, options.sentence_level);
  const Systems systems = read_systems(options);
  std::vector<Row> rows;
  for (const Metric& metric : metrics)
    for (Row& row : score(metric, systems, options)) rows.push_back(std::move(row));

  if (options.json) {
    Json all = Json::array();
    for (const Row& row : rows) all.push_back(json_of(row, options));
    fmt::print("{}\n", json_text({{"metrics", all}}, 2));
  } else if (options.sentence_level) {
    print_sentences(rows);
  } else {
    print_table(rows, systems, options);
  }
  return 0;
}

}  // namespace

Command metrics_command() {
  return make_command<MetricsOptions>("metrics", "BLEU, chrF and TER with sacreBLEU's numbers and signatures", run);
}

}  // namespace naru::cli
