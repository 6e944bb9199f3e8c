#include "naru/train/distillation.h"

#include <fmt/ranges.h>

#include "naru/base/file.h"
#include "naru/base/json.h"
#include "naru/base/log.h"
#include "naru/text/source_tags.h"
#include "naru/train/translated_corpus.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

void refuse_what_does_not_go_together(const DistillationOptions& o, const TrainingSpec& student) {
  if (student.train.empty() && o.sources.empty()) fail("--train: needed, or --sources: there is nothing to learn from");
  if (!o.translates() && student.train.empty()) fail("--train: needed for --level word, which learns on given pairs");
  if (!o.translates() && !o.sources.empty())
    fail("--sources: lines without a translation teach nothing by --level word; take --level both");
  if (!o.translates() && o.with_original) fail("--with-original: --level word trains on them anyway; leave it out");
  if (o.with_original && student.train.empty()) fail("--with-original: there are no pairs; name them with --train");
  if (o.weighs_words() && o.own_tokenizers)
    fail("--own-tokenizers: --level {} needs the teacher's vocabulary; take --level sequence", o.level);
  if (student.both) fail("--both: one direction is distilled at a time; leave it out");
}

void refuse_bad_places(const DistillationOptions& o, const TrainingSpec& student) {
  for (const std::string& teacher : o.teacher) {
    if (!fs::exists(fs::path(teacher) / "model.safetensors"))
      fail("--teacher {}: holds no model.safetensors; name a folder that naru train has made", teacher);
    if (fs::exists(student.folder) && fs::equivalent(teacher, student.folder))
      fail("--teacher {}: is the student's folder; name another --model", teacher);
  }
  std::vector<std::string> read_twice = student.train;
  read_twice.insert(read_twice.end(), o.sources.begin(), o.sources.end());
  for (const std::string& path : read_twice)
    if (is_read_once(path)) fail("{}: is read more than once for a distillation; give a file", path);
  const std::optional<DirectionTags> tags = direction_tags(*open_tokenizers(o.teacher[0]).source);
  if (tags && student.from.empty() && !o.own_tokenizers)
    fail("--teacher {}: knows both directions, a student one; give it its --own-tokenizers", o.teacher[0]);
}

/// What the teachers are, by the bytes of their files.
Json teachers_of(const DistillationOptions& o) {
  Json all = Json::array();
  for (const fs::path folder : o.teacher)
    for (const char* name : {"config.json", "model.safetensors", "source.spm", "target.spm"}) {
      const FileFingerprint found = fingerprint_of(folder / name);
      all.push_back({found.bytes, found.crc});
    }
  return {{"files", all}, {"precision", o.teacher_precision}};
}

std::vector<ModelFolder> open_teachers(const DistillationOptions& o, bool swap) {
  std::vector<ModelFolder> folders = open_folders(o.teacher, o.teacher_precision);
  for (ModelFolder& folder : folders)
    if (swap && folder.reverse) folder.turn();
  return folders;
}

/// False: stopped.
bool translate(TranslatedCorpus& corpus, const DistillationOptions& o, const TrainingSpec& student,
               const std::atomic<bool>& stop) {
  if (corpus.whole()) {
    NARU_LOG(info, "{}: the teacher's translations are there", student.folder.string());
    return corpus.make({}, stop);
  }
  const std::vector<ModelFolder> teachers = open_teachers(o, student.swap);
  const Translator translator(teachers);
  const TranslationOptions options{.search = {.beam = o.beam, .length_penalty = o.length_penalty}};
  fs::create_directories(student.folder);
  const FolderLock lock(student.folder);
  const auto best_of_each = [&](const std::vector<std::string>& lines) {
    std::vector<std::string> texts;
    for (Translation& translation : translator.translate(lines, options))
      texts.push_back(std::move(translation.best[0].text));
    return texts;
  };
  return corpus.make(best_of_each, stop);
}

/// The pairs that the student is trained on. Nothing: stopped.
std::optional<CorpusFiles> translated_pairs(const DistillationOptions& o, const TrainingSpec& student,
                                            const std::atomic<bool>& stop) {
  const fs::path folder = student.folder / "distilled";
  Json teacher = teachers_of(o);
  teacher["beam"] = o.beam;
  teacher["length_penalty"] = o.length_penalty;
  const TranslatedCorpusSpec spec{.folder = folder,
                                  .pairs = {student.train, student.swap, {}},
                                  .lines = o.sources,
                                  .with_original = o.with_original,
                                  .fresh = student.fresh,
                                  .teacher = json_text(teacher)};
  const bool trained = fs::exists(student.folder / "training.json") && !student.fresh;
  if (trained && !fs::exists(folder / "target.txt"))
    fail(
        "{}: holds a model that was not trained on a teacher's translations; name another folder, or --fresh starts "
        "over",
        student.folder.string());
  TranslatedCorpus corpus(spec);
  if (!translate(corpus, o, student, stop)) return std::nullopt;
  return corpus.files();
}

/// Looks at the teacher once, and lets it go.
Teaching teaching_of(const DistillationOptions& o, const TrainingSpec& student) {
  Json name = teachers_of(o);
  Teaching teaching{.open = [o, swap = student.swap] { return Teacher(open_teachers(o, swap)); },
                    .teacher = json_text(name),
                    .best = o.teacher_best,
                    .weight = o.teacher_weight,
                    .name = ""};
  name["best"] = o.teacher_best;
  name["weight"] = o.teacher_weight;
  teaching.name = json_text(name);
  const Teacher teacher = teaching.open();
  teaching.longest = teacher.longest();
  if (!student.from.empty()) teacher.check_student(open_tokenizers(student.from));
  return teaching;
}

}  // namespace

std::optional<TrainingSpec> distil(const DistillationOptions& options, const TrainingSpec& student,
                                   const std::atomic<bool>& stop) {
  refuse_what_does_not_go_together(options, student);
  refuse_bad_places(options, student);
  TrainingSpec spec = student;
  if (!options.own_tokenizers && student.from.empty()) spec.tokenizers = options.teacher[0];
  check_without_pairs(spec);
  if (options.weighs_words()) spec.teaching = teaching_of(options, student);
  if (!options.translates()) return spec;
  const auto pairs = translated_pairs(options, student, stop);
  if (!pairs) return std::nullopt;
  spec.train = pairs->paths;
  return spec;
}

}  // namespace naru
