// A training run: a folder, a corpus, a model, and the loop that takes it from where it stands to its planned end.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "naru/base/file.h"
#include "naru/data/batch_stream.h"
#include "naru/data/piece_distributions.h"
#include "naru/evaluate/model_folder.h"
#include "naru/evaluate/validation.h"
#include "naru/train/checkpoint.h"
#include "naru/train/history.h"
#include "naru/train/progress.h"
#include "naru/train/settings.h"
#include "naru/train/teacher.h"
#include "naru/train/trainer.h"

namespace naru {

/// What `naru train` is told.
struct TrainingSpec {
  std::filesystem::path folder;
  std::string preset;                 // empty: that of the folder
  std::vector<std::string> settings;  // "key=value", over the preset's or the folder's
  std::vector<std::string> train, dev;
  bool swap = false, fresh = false;
  bool both = false;                      // every pair in both directions: one model that knows both
  std::filesystem::path from;             // start from this folder's weights and tokenizers
  int64_t memory_limit = 0;               // bytes; 0 = none
  std::string memory_limit_text = {};     // as the user wrote it
  std::string name;                       // stands before progress lines
  std::filesystem::path tokenizers = {};  // a new model takes those of this folder; empty: its own
  std::optional<Teaching> teaching = {};  // the loss is also that against a teacher's distributions
};

/// Refuses what a run would refuse before it looks at its pairs: options that do not fit, a folder of another's, a
/// bad development set. For who has long work to do before the pairs are there.
void check_without_pairs(const TrainingSpec& spec);

/// Where a run stands.
struct TrainingStatus {
  int64_t step = 0, epoch = 0;
  int64_t target_tokens = 0;  // trained on since this process took the run up
  double active_seconds = 0;
  bool finished = false;
};

/// One training of `find_learning_rate`.
struct RateTrial {
  double rate = 0;
  double loss = 0;  // per target token, at its end: of --dev where there is one, else of its last batches; ∞: diverged
};

class TrainingRun {
 public:
  /// Checks the corpora, makes or opens the folder (settings, tokenizers, ids of the corpus, model) and resumes from
  /// its newest whole checkpoint. Error: before the folder is made, for anything wrong with the input, and where
  /// another run is in the folder.
  /// Of several ranks the first does this, and the others open what it made; they write nothing.
  explicit TrainingRun(const TrainingSpec& spec, const Ranks& ranks = Ranks::alone());

  /// Trains to the end of the plan, or until `stop` is set; both leave a checkpoint and a model.
  void run(const std::atomic<bool>& stop);
  /// One piece of a run without a teacher that shares the machine with others: at least one step, then until `seconds`
  /// have passed.
  void run_for(double seconds);
  /// A checkpoint and the saved model.
  void finish();

  /// Short trainings from the same start on the same batches, each with warm-up and a cosine that ends with its
  /// `steps`: at the planned learning rate, then at twice and at half of the best for as long as that is better. The
  /// run itself stays at its beginning. Ends early when `stop` is set. Error: the run has begun.
  std::vector<RateTrial> find_learning_rate(int64_t steps, const std::atomic<bool>& stop);

  TrainingStatus status() const;
  /// Bytes of weights, gradients and the optimizer's state.
  int64_t state_bytes() const;
  /// Translates with the weights as they stand (the moving average where there is one).
  std::vector<Translation> translate(const std::vector<std::string>& lines, const TranslationOptions& options);

  const Model& model() const { return *model_; }

 private:
  void open(bool known);
  void follow();
  void begin();
  void open_folder();
  void prepare_folder();
  void make_folder(const std::string& plan);
  void hold_folder();
  void open_corpus(const std::string& suffix, bool resumes);
  [[noreturn]] void refuse_corpus() const;
  void make_tokenizers(const CorpusFiles& files);
  void open_known_tokenizers(const std::filesystem::path& folder);
  void plan_memory();
  TensorSources checkpoint_tensors() const;
  bool resume();
  void restore(const StoredCheckpoint& checkpoint);
  bool at_end() const;
  bool stopped(const std::atomic<bool>& stop) const;
  bool hear_teacher(const std::atomic<bool>& stop);
  void add_active_seconds(double seconds);
  double share_done() const;
  double share_without_steps() const;
  double next_learning_rate() const;
  void one_step();
  double trial_loss(double rate, int64_t steps, const std::atomic<bool>& stop);
  void recover(const StepResult& result);
  void validate(HistoryRow& row);
  void save_checkpoint();
  void write_checkpoint(Checkpoint& checkpoint);
  void save_current_model();
  void save_at_end();
  int64_t step_tokens() const;

  TrainingSpec spec_;
  const Ranks& ranks_;
  std::optional<FolderLock> lock_;
  bool made_folder_ = false;  // by this process: a mistake leaves none
  bool resumes_ = false;      // from a checkpoint of an earlier process
  std::string plan_;          // training.json as it is to become in a folder that was there
  Settings settings_;
  TokenizerPair tokenizers_;
  std::optional<TokenCorpus> corpus_;
  std::unique_ptr<Model> model_;
  std::optional<Trainer> trainer_;
  std::optional<PieceDistributions> distributions_;
  std::optional<BatchStream> batches_;
  std::optional<Validation> validation_;
  std::optional<History> history_;
  CheckpointFolder checkpoints_;
  Progress progress_;

  // What a checkpoint keeps besides tensors.
  int64_t step_ = 0, last_saved_step_ = -1, recoveries_ = 0, validations_since_best_ = 0;
  double active_seconds_ = 0, rate_scale_ = 1, best_ = 0, mean_loss_ = 0;
  bool has_best_ = false;
  std::string best_of_;      // the measure and the development set that `best_` is of
  int64_t part_tokens_ = 0;  // of the memory plan, source or target
  int64_t target_tokens_ = 0;
};

}  // namespace naru
