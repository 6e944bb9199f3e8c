// What an experiment found: what it says of each of its claims, and what it has to show. Every piece becomes a block of
// the report (docs/report.md), and text of the terminal by `block_text`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "naru/lab/bilingual.h"
#include "naru/lab/verdict.h"
#include "naru/ops/attention_map.h"

namespace naru {

/// One point of a line; an interval where one was measured.
struct PlotPoint {
  double x = 0, y = 0;
  std::optional<double> low = {}, high = {};
};

struct PlotSeries {
  Bilingual name;
  std::vector<PlotPoint> points;
  bool theory = false;  // a formula's or the lecture's own numbers: drawn thin and dashed
};

struct PlotAxis {
  Bilingual label;
  bool logarithmic = false;
  std::vector<Bilingual> categories = {};  // what x = 0, 1, … stand for: bars instead of lines
};

struct Plot {
  std::string id;  // unique in the report: a file name of what is saved from it
  Bilingual title, note;
  PlotAxis x, y;
  std::vector<PlotSeries> series;
};

struct ReportTable {
  Bilingual title;
  std::vector<Bilingual> head;
  std::vector<std::vector<Json>> rows;  // numbers, strings, null; to_json(Bilingual)
  Bilingual note = {};
};

/// A heat map: values[row][column].
struct HeatMap {
  std::string id;
  Bilingual title, note;
  Bilingual row_label, column_label;
  std::vector<std::string> rows, columns;
  std::vector<std::vector<double>> values;
};

/// Where a model looked in sentences: every layer and head, over pieces or words.
struct AttentionView {
  struct Sentence {
    Bilingual name;
    std::vector<std::string> source, target;
    std::vector<AttentionMap> layers;                    // of this sentence, the first of each map
    std::vector<std::pair<int64_t, int64_t>> gold = {};  // known alignments: source, target
  };
  std::string id;
  Bilingual title, note;
  std::vector<Sentence> sentences;
};

/// Sentences side by side.
struct Examples {
  struct Line {
    std::string source, reference;
    std::vector<std::pair<std::string, std::string>> translations;  // of whom, what
    Bilingual note = {};                                            // "the lecture's sense, not standard Korean"
  };
  Bilingual title;
  std::vector<Line> lines;
};

/// What was measured of a claim.
struct Measurement {
  Bilingual text;                   // "0.93 ^ k at the start, 0.97 ^ k after training"
  std::vector<Interval> intervals;  // one for each of the claim's rules
};

struct Findings {
  std::map<std::string, Measurement> measured = {};  // by the claim's id
  std::vector<Json> blocks = {};                     // in the order of the page

  void say(const Bilingual& text);
  void show(const Plot& plot);
  void show(const ReportTable& table);
  void show(const HeatMap& map);
  void show(const AttentionView& view);
  void show(const Examples& examples);
};

}  // namespace naru
