#include "naru/train/chunk_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "naru/base/file.h"
#include "naru/base/log.h"
#include "naru/train/progress.h"

namespace naru {
namespace fs = std::filesystem;
namespace {

constexpr const char* made_from_file = "made-from.json";

/// How far the work is, now and then in the log and all the time on a terminal.
class WorkProgress {
 public:
  explicit WorkProgress(const ChunkedWork& work) : work_(work) {}

  void show(int64_t done, int64_t done_now) {
    const auto seconds = [](Clock::time_point from) {
      return std::chrono::duration<double>(Clock::now() - from).count();
    };
    const double rate = static_cast<double>(done_now) / std::max(seconds(begin_), 1e-3);
    const std::string line = fmt::format("{} {} of {} | {} left | {:.1f} {}/s", work_.done, done, work_.all,
                                         clock_text(static_cast<double>(work_.all - done) / rate), rate, work_.units);
    constexpr double log_every = 10;
    if (log_is_terminal()) {
      log_progress(line);
    } else if (seconds(last_logged_) > log_every) {
      last_logged_ = Clock::now();
      NARU_LOG(info, "{}", line);
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  const ChunkedWork& work_;
  Clock::time_point begin_ = Clock::now(), last_logged_ = begin_;
};

}  // namespace

bool ChunkFolder::is_of_other() const {
  const fs::path made_from = file(made_from_file);
  return fs::exists(made_from) && read_file(made_from) != made_from_;
}

bool ChunkFolder::whole() const { return fs::exists(file(names_.whole.back())); }

fs::path ChunkFolder::chunk(int64_t index) const { return file(fmt::format("{:06}{}", index, names_.ending)); }

std::vector<fs::path> ChunkFolder::chunks() const {
  std::vector<fs::path> all;
  for (int64_t index = 0; fs::exists(chunk(index)); ++index) all.push_back(chunk(index));
  return all;
}

bool ChunkFolder::is_chunk(const std::string& name) const {
  return name.ends_with(names_.ending) && std::ranges::find(names_.whole, name) == names_.whole.end();
}

/// What a killed process left behind: chunks beside the whole, half of a file.
void ChunkFolder::remove_rests() const {
  std::vector<fs::path> rests;
  for (const auto& entry : fs::directory_iterator(names_.folder)) {
    const std::string name = entry.path().filename().string();
    if ((whole() && is_chunk(name)) || !interrupted_write(name).empty()) rests.push_back(entry.path());
  }
  for (const fs::path& path : rests) fs::remove(path);
}

bool ChunkFolder::make(const ChunkedWork& work, const std::function<void()>& join,
                       const std::atomic<bool>& stop) const {
  fs::create_directories(names_.folder);
  remove_rests();
  if (whole()) return true;
  write_file(file(made_from_file), made_from_);
  if (!make_chunks(work, stop)) return false;
  join();
  remove_rests();
  return true;
}

bool ChunkFolder::make_chunks(const ChunkedWork& work, const std::atomic<bool>& stop) const {
  WorkProgress progress(work);
  int64_t done = 0, now = 0, index = 0;
  for (int64_t units = work.next(); units > 0; units = work.next(), ++index) {
    done += units;
    if (work.holds(chunk(index))) continue;  // one that was cut or edited is made again
    if (stop) {
      NARU_LOG(info, "stopped: {} of {} {} are {}; the same command goes on from there", done - units, work.all,
               work.units, work.done);
      return false;
    }
    if (now == 0) NARU_LOG(info, "{} {} {}, from {} on", work.doing, work.all, work.units, done - units + 1);
    write_file(chunk(index), work.make());
    now += units;
    progress.show(done, now);
  }
  log_progress_done();
  return true;
}

}  // namespace naru
