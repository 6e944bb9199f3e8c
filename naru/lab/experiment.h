// An experiment of the laboratory: claims of the lecture, rules written before the run, and a function that measures.
// To add one: naru/lab/experiments/<name>.cpp defines `Experiment <name>_experiment()`, and experiments/list.cpp has a
// line for it.
#pragma once

#include <string>
#include <vector>

#include "naru/lab/bilingual.h"
#include "naru/lab/findings.h"
#include "naru/lab/laboratory.h"
#include "naru/lab/verdict.h"

namespace naru {

/// A sentence of the lecture, and what decides whether it holds.
struct Claim {
  std::string id;       // "gradient-vanishes"
  std::string section;  // of the lecture: "2.5"
  Bilingual lecture, paper;
  Kind kind = Kind::measured;
  std::vector<Rule> rules = {};  // none: cited, or not measurable here
  Bilingual reason = {};         // of those: what the papers say of it, or what would be needed
};

struct Experiment {
  std::string name;  // "gradient-flow": what `naru claims` is asked for
  Bilingual title, question;
  std::vector<Claim> claims;
  Findings (*run)(Laboratory& laboratory);
  bool in_class = false;       // one of the three that --class shows
  bool answers_needs = false;  // what it finds depends on the options' needs
};

/// All of them, in the order of the lecture (experiments/list.cpp).
const std::vector<Experiment>& experiments();

}  // namespace naru
