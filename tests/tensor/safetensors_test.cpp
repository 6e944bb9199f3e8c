#include "naru/tensor/safetensors.h"

#include <gtest/gtest.h>

#include "naru/base/file.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

struct Safetensors : ::testing::Test {
  TemporaryFolder folder_;

  std::filesystem::path file_with_header(const std::string& header, const std::string& numbers = "") {
    const uint64_t length = header.size();
    write_file(folder_ / "f.safetensors", std::string(reinterpret_cast<const char*>(&length), 8) + header + numbers);
    return folder_ / "f.safetensors";
  }
  std::string refusal(const std::filesystem::path& path) {
    try {
      SafetensorsFile file(path);
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }
};

TEST_F(Safetensors, WhatIsWrittenIsReadAndEqualContentGivesEqualBytes) {
  const NamedTensors tensors{{"b", Tensor::from({1.f, -2.f, 3.f}, {3, 1})},
                             {"a", Tensor::from<int32_t>({7, 8}, {2})},
                             {"empty", Tensor({0, 4})}};
  write_safetensors(folder_ / "1", tensors, {{"format", "pt"}});
  write_safetensors(folder_ / "2", tensors, {{"format", "pt"}});
  EXPECT_EQ(read_file(folder_ / "1"), read_file(folder_ / "2"));
  const SafetensorsFile file(folder_ / "1");
  EXPECT_EQ(file.names(), (std::vector<std::string>{"a", "b", "empty"}));
  EXPECT_EQ(file.tensor("b").data()[1], -2.f);
  EXPECT_EQ(file.tensor("a").data<int32_t>()[1], 8);
  EXPECT_EQ(file.shape("empty"), (Shape{0, 4}));
  EXPECT_EQ(file.metadata().at("format"), "pt");
  EXPECT_THROW(file.tensor("c"), Error);
}

TEST_F(Safetensors, HalfPrecisionIsWidened) {
  const auto path = file_with_header(R"({"x":{"dtype":"F16","shape":[3],"data_offsets":[0,6]}})",
                                     std::string("\x00\x3c\x00\xc0\x01\x00", 6));  // 1, -2, 2^-24
  const Tensor x = SafetensorsFile(path).tensor("x");
  EXPECT_EQ(x.data()[0], 1.f);
  EXPECT_EQ(x.data()[1], -2.f);
  EXPECT_EQ(x.data()[2], 0x1p-24f);
}

TEST_F(Safetensors, DamagedFilesAreRefusedWithTheReason) {
  write_file(folder_ / "short", "abc");
  EXPECT_NE(refusal(folder_ / "short").find("only 3 bytes"), std::string::npos);
  write_file(folder_ / "long", std::string("\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10));
  EXPECT_NE(refusal(folder_ / "long").find("header of"), std::string::npos);
  EXPECT_NE(refusal(folder_ / "absent").find("absent"), std::string::npos);
  for (
      const char* header :
      {"[1]", "{", R"({"x":3})", R"({"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})",
       R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})",
       R"({"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})",
       R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
       R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775804,-9223372036854775808]}})",
       R"({"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})",
       R"({"x":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}})",
       R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})"})
    EXPECT_NE(refusal(file_with_header(header, "\1\2\3\4")), "accepted") << header;
}

TEST_F(Safetensors, ATruncatedFileIsRefused) {
  write_safetensors(folder_ / "whole", {{"x", Tensor::zeros({100})}});
  const std::string bytes = read_file(folder_ / "whole");
  for (const size_t length : {size_t{0}, size_t{7}, size_t{30}, bytes.size() - 1}) {
    write_file(folder_ / "cut", bytes.substr(0, length));
    EXPECT_NE(refusal(folder_ / "cut"), "accepted") << length;
  }
}

}  // namespace
}  // namespace naru
