#include "naru/base/fields.h"

#include <gtest/gtest.h>

#include "naru/base/error.h"

namespace naru {
namespace {

struct Config {
  int64_t width = 4;
  double dropout = 0.1;
  bool reverse = false;
  std::string cell = "lstm";
  void fields(auto&& field) {
    field("width", width, "width", at_least(1));
    field("dropout", dropout, "share dropped", between(0, 1));
    field("reverse", reverse, "reverse");
    field("cell", cell, "cell", one_of({"rnn", "gru", "lstm"}));
  }
};

TEST(Fields, ValuesAreSetByNameAndPrintedBack) {
  Config config;
  const Fields fields = fields_of(config);
  find_field(fields, "width")->set("7");
  find_field(fields, "dropout")->set("0.25");
  find_field(fields, "reverse")->set("true");
  find_field(fields, "cell")->set("gru");
  EXPECT_EQ(config.width, 7);
  EXPECT_EQ(config.dropout, 0.25);
  EXPECT_TRUE(config.reverse);
  EXPECT_EQ(find_field(fields, "cell")->text(), "gru");
  EXPECT_EQ(find_field(fields, "dropout")->text(), "0.25");
  EXPECT_EQ(find_field(fields, "absent"), nullptr);
}

TEST(Fields, WhatDoesNotFitIsRefusedAndNamed) {
  Config config;
  const Fields fields = fields_of(config);
  for (const auto& [name, text] : {std::pair{"width", "0"},
                                   {"width", "2.5"},
                                   {"width", ""},
                                   {"dropout", "1.5"},
                                   {"dropout", "x"},
                                   {"reverse", "maybe"},
                                   {"cell", "mlp"}}) {
    try {
      find_field(fields, name)->set(text);
      ADD_FAILURE() << name << "=" << text;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find(name), 0u) << error.what();
    }
  }
  EXPECT_EQ(config.width, 4);
}

TEST(Fields, TheNearestNameIsTheOneWithTheFewestEdits) {
  EXPECT_EQ(nearest("layrs", {"width", "layers", "heads"}), "layers");
}

}  // namespace
}  // namespace naru
