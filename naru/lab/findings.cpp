#include "naru/lab/findings.h"

#include <cmath>

#include "naru/lab/attention_layers.h"

namespace naru {
namespace {

/// JSON knows neither NaN nor infinity.
Json figure(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json list(const std::vector<Bilingual>& texts) {
  Json all = Json::array();
  for (const Bilingual& text : texts) all.push_back(to_json(text));
  return all;
}

Json axis_json(const PlotAxis& axis) {
  Json document{{"label", to_json(axis.label)}, {"log", axis.logarithmic}};
  if (!axis.categories.empty()) document["categories"] = list(axis.categories);
  return document;
}

Json series_json(const PlotSeries& series) {
  Json points = Json::array();
  for (const PlotPoint& point : series.points) {
    if (!std::isfinite(point.x) || !std::isfinite(point.y)) continue;
    Json one{{"x", point.x}, {"y", point.y}};
    if (point.low) one["low"] = figure(*point.low);
    if (point.high) one["high"] = figure(*point.high);
    points.push_back(std::move(one));
  }
  return {{"name", to_json(series.name)}, {"theory", series.theory}, {"points", std::move(points)}};
}

}  // namespace

void Findings::say(const Bilingual& text) { blocks.push_back({{"type", "text"}, {"text", to_json(text)}}); }

void Findings::show(const Plot& plot) {
  Json series = Json::array();
  for (const PlotSeries& one : plot.series) series.push_back(series_json(one));
  blocks.push_back({{"type", "plot"},
                    {"id", plot.id},
                    {"title", to_json(plot.title)},
                    {"note", to_json(plot.note)},
                    {"x", axis_json(plot.x)},
                    {"y", axis_json(plot.y)},
                    {"series", std::move(series)}});
}

void Findings::show(const ReportTable& table) {
  blocks.push_back({{"type", "table"},
                    {"title", to_json(table.title)},
                    {"note", to_json(table.note)},
                    {"head", list(table.head)},
                    {"rows", table.rows}});
}

void Findings::show(const HeatMap& map) {
  Json values = Json::array();
  for (const std::vector<double>& row : map.values) {
    Json line = Json::array();
    for (const double value : row) line.push_back(figure(value));
    values.push_back(std::move(line));
  }
  blocks.push_back({{"type", "heat"},
                    {"id", map.id},
                    {"title", to_json(map.title)},
                    {"note", to_json(map.note)},
                    {"rows", {{"label", to_json(map.row_label)}, {"names", map.rows}}},
                    {"columns", {{"label", to_json(map.column_label)}, {"names", map.columns}}},
                    {"values", std::move(values)}});
}

void Findings::show(const AttentionView& view) {
  Json maps = Json::array();
  for (const AttentionView::Sentence& sentence : view.sentences) {
    Json map{{"name", to_json(sentence.name)},
             {"source", sentence.source},
             {"target", sentence.target},
             {"layers", attention_layers(sentence.layers)}};
    if (!sentence.gold.empty()) map["gold"] = sentence.gold;
    maps.push_back(std::move(map));
  }
  blocks.push_back({{"type", "attention"},
                    {"id", view.id},
                    {"title", to_json(view.title)},
                    {"note", to_json(view.note)},
                    {"maps", std::move(maps)}});
}

void Findings::show(const Examples& examples) {
  Json lines = Json::array();
  for (const Examples::Line& line : examples.lines) {
    Json one{{"source", line.source}, {"reference", line.reference}, {"translations", Json::array()}};
    for (const auto& [who, text] : line.translations) one["translations"].push_back({{"name", who}, {"text", text}});
    if (!line.note.empty()) one["note"] = to_json(line.note);
    lines.push_back(std::move(one));
  }
  blocks.push_back({{"type", "examples"}, {"title", to_json(examples.title)}, {"lines", std::move(lines)}});
}

}  // namespace naru
