// What `naru train` refuses: in one line that names the thing and the place, before a folder is made or changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "naru/base/file.h"
#include "naru/base/json.h"

#include "tests/cli/small_run.h"
#include "tests/text/compressed.h"

namespace naru {
namespace {
using ::testing::AllOf;
using ::testing::HasSubstr;

struct TrainRefuses : ::testing::Test {
  /// The one line said about a run that makes no folder.
  std::string refused(const std::vector<std::string>& more, const std::string& preset = "transformer-tiny") const {
    const ProcessResult result = runs.train("none", more, preset);
    EXPECT_EQ(result.exit_code, 2) << result.error;
    EXPECT_FALSE(std::filesystem::exists(runs / "none")) << result.error;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.error.find('\n'), result.error.size() - 1) << result.error;
    return result.error;
  }
  /// The last line about a run in the folder `model`, which stays as it is.
  std::string refused_to_resume(const std::vector<std::string>& more, const std::string& preset) const {
    const auto before = contents(runs / "model");
    const ProcessResult result = runs.train("model", more, preset);
    EXPECT_EQ(result.exit_code, 2) << result.error;
    EXPECT_EQ(contents(runs / "model"), before) << result.error;
    EXPECT_EQ(result.error.find('\n'), result.error.size() - 1) << result.error;
    return result.error;
  }
  std::string with_file(const std::string& name, const std::string& bytes) const {
    write_file(runs / name, bytes);
    return runs.path(name);
  }
  SmallRuns runs;
};

TEST_F(TrainRefuses, ACorpusWithAWrongLine) {
  const std::string table = small_table(200);
  const std::string none = with_file("none.tsv", table + "no tab\n"), two = with_file("two.tsv", "a\tb\nc\td\te\n");
  EXPECT_THAT(refused({"--train", none}), HasSubstr(none + ":201: expected 2 tab-separated columns, found 1"));
  EXPECT_THAT(refused({"--train", two}), HasSubstr(two + ":2: expected 2 tab-separated columns, found 3"));
  const std::string bytes = with_file("bytes.tsv", "a\tb\nc\t\xc0\xaf\n");
  EXPECT_THAT(refused({"--train", bytes}), HasSubstr(bytes + ":2: byte 3 (0xc0) is not UTF-8"));
  const std::string empty = with_file("empty.tsv", "\ta\nb\t\n");
  EXPECT_THAT(refused({"--train", empty}), AllOf(HasSubstr(empty + ":2"), HasSubstr("without a usable pair")));
  EXPECT_THAT(refused({"--train", runs.path("corpus.tsv"), "--dev", none}), HasSubstr(none + ":201"));
}

TEST_F(TrainRefuses, FilesThatDoNotBelongTogetherOrEndEarly) {
  const std::string long_one = with_file("a", "a\nb\nc\n"), short_one = with_file("b", "a\nb\n");
  EXPECT_THAT(refused({"--train", long_one, short_one}), AllOf(HasSubstr(short_one + ":3"), HasSubstr("has 3 lines")));
  const std::string packed = gzipped(small_table(200));
  const std::string cut = with_file("cut.tsv.gz", packed.substr(0, packed.size() / 2));
  EXPECT_THAT(refused({"--train", cut}), AllOf(HasSubstr(cut + ":"), HasSubstr("ends too early")));
  EXPECT_THAT(refused({"--train", runs.path("missing.tsv")}), HasSubstr(runs.path("missing.tsv") + ": cannot be read"));
  EXPECT_THAT(refused({"--train", runs.path("corpus.tsv"), "--dev", runs.path("missing.tsv")}),
              HasSubstr("missing.tsv: cannot be read"));
}

TEST_F(TrainRefuses, OptionsThatItDoesNotKnowOrCannotUse) {
  EXPECT_THAT(refused({"--set", "dropuot=0.1"}), AllOf(HasSubstr("dropuot"), HasSubstr("did you mean dropout?")));
  EXPECT_THAT(refused({"--set", "width=-3"}), HasSubstr("width"));
  EXPECT_THAT(refused({"--set", "width"}), HasSubstr("key=value"));
  EXPECT_THAT(refused({}, "transformer-tny"), AllOf(HasSubstr("transformer-tny"), HasSubstr("transformer-tiny")));
  EXPECT_THAT(refused({"--max-steps", "-5"}), HasSubstr("max-steps"));
  EXPECT_THAT(refused({"--ram", "lots"}), HasSubstr("--ram lots"));
  EXPECT_THAT(refused({"--from", runs.path("nowhere")}), HasSubstr("nowhere"));
}

TEST_F(TrainRefuses, WhatLooksAtValidationsWithoutADevelopmentSet) {
  EXPECT_THAT(refused({"patience=3"}), HasSubstr("--set patience=3: counts validations, which need --dev"));
  EXPECT_THAT(refused({"validate_by=bleu"}), HasSubstr("--set validate_by=bleu: is measured on --dev"));
}

TEST_F(TrainRefuses, AFolderWithAModelThatItDidNotMake) {
  std::filesystem::create_directories(runs / "foreign");
  write_file(runs / "foreign" / "model.safetensors", "weights");
  const ProcessResult result = runs.train("foreign", {"--max-steps", "2"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("foreign: holds a model.safetensors that was not trained there; name another"));
  EXPECT_EQ(read_file(runs / "foreign" / "model.safetensors"), "weights");
  EXPECT_EQ(runs.train("foreign", {"--max-steps", "2", "--fresh"}).exit_code, 0);
  EXPECT_THAT(runs.train("corpus.tsv", {}).error, HasSubstr("corpus.tsv: is a file; name a folder"));
}

TEST_F(TrainRefuses, AFolderWithOthersFilesOfItsNamesAndLeavesTheRestAlone) {
  const auto put = [&](const char* name) {
    std::filesystem::create_directories((runs / "others" / name).parent_path());
    write_file(runs / "others" / name, "mine");
  };
  for (const char* name : {"checkpoints/step.pt", "config.json", "source.spm", "corpus-1.txt"}) {
    put(name);
    const ProcessResult result = runs.train("others", {"--max-steps", "2"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.error, HasSubstr("that was not trained there"));
    EXPECT_EQ(read_file(runs / "others" / name), "mine");
    std::filesystem::remove_all(runs / "others");
  }
  const std::vector<const char*> theirs{"page.tmpl", "notes.tmp1", "config.json.tmpl", "config.json.tmp",
                                        "checkpoints.tmp1/a"};
  for (const char* name : theirs) put(name);
  const auto before = contents(runs / "others");
  EXPECT_EQ(runs.train("others", {"--train", runs.path("missing.tsv")}).exit_code, 2);
  EXPECT_EQ(contents(runs / "others"), before);
  EXPECT_EQ(runs.train("others", {"--max-steps", "2"}).exit_code, 0);
  const std::vector<const char*> left_by_a_kill{"corpus.ids.tmp_new", "corpus.ids.tmp_new.tmp71", "config.json.tmp71",
                                                "checkpoints/step-00000002.safetensors.tmp71"};
  for (const char* name : left_by_a_kill) put(name);
  EXPECT_EQ(runs.train("others", {"--max-steps", "3"}).exit_code, 0);
  for (const char* name : left_by_a_kill) EXPECT_FALSE(std::filesystem::exists(runs / "others" / name)) << name;
  for (const char* name : theirs) EXPECT_EQ(read_file(runs / "others" / name), "mine");
}

TEST_F(TrainRefuses, ADevelopmentSetWithNothingInIt) {
  const std::string empty = with_file("empty.tsv", "\ta\nb\t\n");
  EXPECT_THAT(refused({"--dev", empty}), HasSubstr(empty + ":2: the development set ends without a usable pair"));
  const std::string half = with_file("half.tsv", "\ta\n" + small_table(5));
  EXPECT_THAT(runs.train("model", {"--max-steps", "2", "--dev", half}).error,
              HasSubstr("--dev: 1 of 6 pairs have an empty side and are left out"));
}

TEST_F(TrainRefuses, AMemoryLimitThatNoPartFitsInto) {
  const ProcessResult result = runs.train("none", {"--ram", "20K"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, AllOf(HasSubstr("--ram"), HasSubstr("this model needs at least")));
  EXPECT_FALSE(std::filesystem::exists(runs / "none"));
}

TEST_F(TrainRefuses, FreshStartsThatCannotBeAndKeepsTheOldRun) {
  ASSERT_EQ(runs.train("model", {"--max-steps", "6"}).exit_code, 0);
  const auto before = contents(runs / "model");
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--ram", "20K"}, {"--set", "max_length=1"}, {"--set", "heads=3"}}) {
    std::vector<std::string> fresh = more;
    fresh.emplace_back("--fresh");
    EXPECT_EQ(runs.train("model", fresh).exit_code, 2);
    EXPECT_EQ(contents(runs / "model"), before) << more[1];
  }
  ASSERT_EQ(runs.train("model", {"--fresh", "--max-steps", "2"}).exit_code, 0);
  EXPECT_EQ(runs.history("model", "step").size(), 2);
}

TEST_F(TrainRefuses, AModelWithoutTheCheckpointToGoOnFrom) {
  ASSERT_EQ(runs.train("model", {"--max-steps", "6"}).exit_code, 0);
  const std::string weights = runs.weights("model");
  std::filesystem::remove_all(runs / "model" / "checkpoints");
  EXPECT_THAT(refused_to_resume({"--max-steps", "9"}, "transformer-tiny"),
              HasSubstr("model: holds a model without the checkpoint to go on from"));
  EXPECT_EQ(runs.weights("model"), weights);
}

TEST_F(TrainRefuses, LearnedPositionsThatTheLongestSentenceWouldPass) {
  EXPECT_THAT(runs.train("none", {"positions=learned", "maximum_positions=20", "max_length=20"}).error,
              HasSubstr("--set max_length=20: with its end a sentence has one more"));
  EXPECT_THAT(
      runs.train("none", {"positions=learned", "maximum_positions=8", "max_length=7", "--dev", runs.path("dev.tsv")})
          .error,
      HasSubstr("but positions=learned knows maximum_positions=8; leave it out"));
  EXPECT_EQ(
      runs.train("none", {"positions=learned", "maximum_positions=20", "max_length=19", "--max-steps", "1"}).exit_code,
      0);
}

TEST_F(TrainRefuses, SizesBeyondAnyMemory) {
  EXPECT_THAT(refused({"width=1152921504606846976", "heads=1"}), HasSubstr("larger than any memory"));
  EXPECT_THAT(refused({"max_length=9223372036854775807"}), HasSubstr("max_length"));
  EXPECT_THAT(refused({"layers=1000000000000"}), HasSubstr("layers"));
}

TEST_F(TrainRefuses, PairsThatAreAllTooLong) {
  const ProcessResult result = runs.train("none", {"--set", "max_length=1"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, AllOf(HasSubstr("corpus.tsv:200"), HasSubstr("without a usable pair")));
  EXPECT_FALSE(std::filesystem::exists(runs / "none"));
}

TEST_F(TrainRefuses, ToResumeAnotherModelOnAnotherCorpusOrBesideAnotherRun) {
  ASSERT_EQ(runs.train("model", {"--max-steps", "6"}).exit_code, 0);
  const std::string tiny = "transformer-tiny";
  EXPECT_THAT(refused_to_resume({"--set", "width=32"}, tiny), HasSubstr("--set changes the model"));
  EXPECT_THAT(refused_to_resume({}, "seq2seq"), HasSubstr("holds a transformer-tiny model, not seq2seq"));
  const std::string other = with_file("other.tsv", small_table(200, 5));
  EXPECT_THAT(refused_to_resume({"--train", other, "--max-steps", "9"}, tiny), HasSubstr("was trained on other pairs"));
  EXPECT_THAT(refused_to_resume({"--swap", "--max-steps", "9"}, tiny), HasSubstr("was trained on other pairs"));
  EXPECT_THAT(refused_to_resume({"--train", runs.path("gone.tsv"), "--max-steps", "9"}, tiny), HasSubstr("gone.tsv"));
  {
    const FolderLock another(runs / "model");
    EXPECT_THAT(refused_to_resume({"--max-steps", "9"}, tiny), HasSubstr(runs.path("model") + ": in use by another"));
    EXPECT_THAT(refused_to_resume({"--fresh"}, tiny), HasSubstr("in use by another process"));
  }
  EXPECT_EQ(runs.history("model", "step").size(), 6);
}

TEST_F(TrainRefuses, OtherTokenizersForAModelThatHasItsOwn) {
  const std::vector<std::string> asked{"--max-steps", "2"};
  ASSERT_EQ(runs.train("model", asked).exit_code, 0);
  const std::string tiny = "transformer-tiny", plan = read_file(runs / "model" / "training.json");
  for (const char* set :
       {"tokenizer=bpe", "vocabulary=280", "vocabulary=291", "target_vocabulary=280", "normalization=nfkc",
        "character_coverage=0.99", "byte_fallback=false", "tokenizer_sample=10"}) {
    const std::string said = "--set " + std::string(set) + ": the model's tokenizers are made already, and otherwise; ";
    EXPECT_THAT(refused_to_resume({"--set", set, "--max-steps", "4"}, tiny),
                HasSubstr(said + "leave it out, or start"));
    if (std::string_view(set).find("vocabulary") == std::string_view::npos) {
      EXPECT_THAT(refused({"--from", runs.path("model"), "--set", set}), HasSubstr(said + "leave it out, or train"));
    }
  }
  EXPECT_EQ(read_file(runs / "model" / "training.json"), plan);
  EXPECT_EQ(runs.train("model", asked).exit_code, 0);  // the same command goes on
  EXPECT_EQ(runs.train("model", {"tokenizer=bpe", "tokenizer=unigram", "--max-steps", "4"}).exit_code, 0);
}

TEST_F(TrainRefuses, AVocabularyThatAnEarlierVersionsFolderCannotHaveAskedFor) {
  ASSERT_EQ(runs.train("model", {"--max-steps", "2"}).exit_code, 0);
  Json plan = parse_json(read_file(runs / "model" / "training.json"));
  plan.erase("asked_source_vocabulary");
  plan.erase("asked_target_vocabulary");
  write_file(runs / "model" / "training.json", json_text(plan));
  EXPECT_THAT(refused_to_resume({"vocabulary=20", "--max-steps", "4"}, "transformer-tiny"),
              HasSubstr("--set vocabulary=20: the model's tokenizers are made already"));
  EXPECT_EQ(runs.train("model", {"vocabulary=8000", "--max-steps", "4"}).exit_code,
            0);  // may have been more than found
}

TEST_F(TrainRefuses, StandardInputTwice) {
  const ProcessResult result = run_naru(runs.arguments("none", {"--train", "-", "-"}), small_table(20));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("standard input can be one of the two files only"));
  EXPECT_FALSE(std::filesystem::exists(runs / "none"));
}

TEST_F(TrainRefuses, AReadoutWithoutItsAttentionAndNamesTheOptionThatMendsIt) {
  const std::string preset = "seq2seq-attention";
  EXPECT_THAT(refused({"attention=none"}, preset), HasSubstr("attention=none: maxout is the readout of a decoder that "
                                                             "attends; set maxout=false, or an attention"));
  EXPECT_THAT(refused({"attention_order=luong"}, preset), HasSubstr("attention_order=luong: maxout is the readout of "
                                                                    "Bahdanau's order; set maxout=false"));
  for (const char* other : {"attention=none", "attention_order=luong"})
    EXPECT_EQ(runs.train(other, {other, "maxout=false", "--max-steps", "1"}, preset).exit_code, 0);
}

TEST_F(TrainRefuses, VocabulariesThatAreNotThoseOfTheFolderItTakesThemFrom) {
  ASSERT_EQ(runs.train("model", {"--max-steps", "1"}).exit_code, 0);
  const std::vector<std::string> taken{"train",
                                       "--model",
                                       runs.path("none"),
                                       "--preset",
                                       "transformer-tiny",
                                       "--train",
                                       runs.path("corpus.tsv"),
                                       "--max-steps",
                                       "1",
                                       "--tokenizers",
                                       runs.path("model")};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = taken;
    all.insert(all.end(), more.begin(), more.end());
    const ProcessResult result = run_naru(all);
    EXPECT_EQ(result.exit_code, 2) << result.error;
    EXPECT_FALSE(std::filesystem::exists(runs / "none"));
    return result.error;
  };
  EXPECT_THAT(with({"--set", "vocabulary=270"}), HasSubstr("or let it make its own"));
  EXPECT_THAT(with({"--from", runs.path("model")}), HasSubstr("--tokenizers: --from keeps those of its model"));
}

TEST_F(TrainRefuses, ToStartFromAModelOfAnotherShape) {
  ASSERT_EQ(runs.train("model", {"--max-steps", "2"}).exit_code, 0);
  EXPECT_THAT(refused({"--from", runs.path("model"), "--set", "width=32"}), HasSubstr("model.safetensors"));
  EXPECT_THAT(refused({"--from", runs.path("model")}, "seq2seq"),
              HasSubstr("holds a transformer-tiny model, not seq2seq"));
  const std::string weights = runs.weights("model");
  EXPECT_THAT(runs.train("model", {"--from", runs.path("model"), "--fresh"}).error,
              HasSubstr("is the folder to train into; name another --model"));
  EXPECT_EQ(runs.weights("model"), weights);
}

}  // namespace
}  // namespace naru
