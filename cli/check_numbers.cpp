// Whether the two sides of pairs say the same numbers.
#include "naru/base/json.h"
#include "naru/base/log.h"
#include "naru/data/pairs.h"
#include "naru/text/quantity.h"

#include "cli/command.h"

namespace naru::cli {
namespace {

struct CheckNumbersOptions {
  std::vector<std::string> test;
  bool json = false;

  void fields(auto&& field) {
    field("test", test, "Korean and English pairs, either first: one .tsv or two line-aligned files",
          required(file_path()));
    field("json", json, "print JSON: the counts alone");
  }
};

int check_numbers(const CheckNumbersOptions& options) {
  PairReader reader({options.test});
  NumberCheck check;
  for (Pair pair; reader.next(pair);) {
    const QuantityComparison found = compare_quantities(pair.source, pair.target);
    check.count(found);
    if (!options.json && !found.agrees()) fmt::print("{}\t{}\n", reader.line(), describe(found));
  }
  if (options.json)
    fmt::print(
        "{}\n",
        json_text({{"lines", check.lines}, {"with_numbers", check.with_numbers}, {"disagreeing", check.disagreeing}}));
  NARU_LOG(info, "{} of {} lines with numbers disagree ({} lines)", check.disagreeing, check.with_numbers, check.lines);
  return 0;
}

}  // namespace

Command check_numbers_command() {
  return make_command("check-numbers", "find pairs whose numbers disagree, Korean and English", check_numbers);
}

}  // namespace naru::cli
