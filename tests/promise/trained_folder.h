// A model folder that was trained in two seconds, and what to measure it on.
#pragma once

#include "naru/base/file.h"
#include "naru/promise/search.h"
#include "naru/train/training_run.h"

#include "tests/small_table.h"
#include "tests/temporary_folder.h"

namespace naru {

struct TrainedFolder {
  TemporaryFolder folder;
  std::filesystem::path path = folder / "model";
  std::string dev = (folder / "dev.tsv").string(), test = (folder / "test.tsv").string();

  explicit TrainedFolder(const std::string& preset) {
    write_file(folder / "corpus.tsv", small_table(400));
    write_file(dev, small_table(200, 2));
    write_file(test, small_table(200, 3));
    TrainingSpec spec{.folder = path,
                      .preset = preset,
                      .settings = {"precision=f32", "layers=1", "width=32", "vocabulary=290", "warmup=20",
                                   "learning_rate=0.01", "dropout=0", "batch_tokens=400", "max_steps=200"},
                      .train = {(folder / "corpus.tsv").string()},
                      .dev = {},
                      .from = {},
                      .name = ""};
    if (preset.starts_with("transformer")) {
      spec.settings.insert(spec.settings.end(), {"heads=4", "feed_forward=64", "max_steps=300"});
    }
    TrainingRun(spec).run(false);
  }
  PromiseOptions promise(const std::string& max_drop) const {
    PromiseOptions options;
    options.max_drop = max_drop;
    options.dev = {dev};
    return options;
  }
  std::filesystem::path weights() const { return path / "model.safetensors"; }
};

}  // namespace naru
