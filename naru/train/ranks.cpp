#include "naru/train/ranks.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <numeric>
#include <thread>

#include "naru/base/error.h"
#ifdef NARU_MPI
#include <mpi.h>
#endif

namespace naru {

int Ranks::launched() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"})  // Open MPI; MPICH; Slurm
    if (const char* size = std::getenv(name)) return std::max(1, std::atoi(size));
  return 1;
}

#ifdef NARU_MPI

struct Ranks::Mpi {
  MPI_Comm leaving = MPI_COMM_NULL;  // apart from what ranks that go on are waiting for
};

namespace {

void check(int status, const char* what) {
  if (status == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(status, text, &length);
  fail("MPI: {}: {}", what, text);
}

/// MPI counts in int.
std::vector<int> counts_of(std::span<const int64_t> parts) {
  std::vector<int> counts;
  for (const int64_t part : parts) {
    NARU_CHECK(part <= std::numeric_limits<int>::max(), "ranks: a part of {} numbers", part);
    counts.push_back(static_cast<int>(part));
  }
  return counts;
}

std::vector<int> places_of(const std::vector<int>& counts) {
  std::vector<int> places(counts.size());
  std::exclusive_scan(counts.begin(), counts.end(), places.begin(), 0);
  return places;
}

/// Arrays as MPI takes them: for each rank its parts of all of them in a row. One array lies like that by itself.
class Message {
 public:
  Message(std::span<const Ranks::Parted> arrays, int ranks) : arrays_(arrays) {
    std::vector<int64_t> sizes(static_cast<size_t>(ranks));
    for (const Ranks::Parted& array : arrays)
      for (size_t r = 0; r < sizes.size(); ++r) sizes[r] += array.parts[r];
    counts_ = counts_of(sizes);
    places_ = places_of(counts_);
    if (!in_place()) copy_.resize(static_cast<size_t>(std::reduce(sizes.begin(), sizes.end())));
  }
  bool in_place() const { return arrays_.size() == 1; }
  float* data() { return in_place() ? arrays_[0].values.data() : copy_.data(); }
  const std::vector<int>& counts() const { return counts_; }
  const std::vector<int>& places() const { return places_; }
  /// The parts of ranks [begin, end), from the arrays or back to them.
  void collect(int begin, int end) {
    each_part(begin, end, [](float* array, float* copy, size_t size) { std::copy_n(array, size, copy); });
  }
  void hand_out(int begin, int end) {
    each_part(begin, end, [](float* array, float* copy, size_t size) { std::copy_n(copy, size, array); });
  }

 private:
  template <class Visit>
  void each_part(int begin, int end, const Visit& visit) {
    std::vector<int64_t> next(places_.begin(), places_.end());  // in the copy, by rank
    for (const Ranks::Parted& array : arrays_) {
      float* values = array.values.data();
      for (int r = 0; r < static_cast<int>(counts_.size()); ++r) {
        const int64_t size = array.parts[static_cast<size_t>(r)];
        int64_t& place = next[static_cast<size_t>(r)];
        if (r >= begin && r < end) visit(values, copy_.data() + place, static_cast<size_t>(size));
        values += size;
        place += size;
      }
    }
  }

  std::span<const Ranks::Parted> arrays_;
  std::vector<int> counts_, places_;
  std::vector<float> copy_;
};

}  // namespace

Ranks::Ranks() {
  if (launched() == 1) return;
  int provided = 0;
  // Gradients are summed by a thread of their own while the backward pass goes on.
  check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided), "start");
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);  // said in our words
  mpi_ = std::make_unique<Mpi>();
  check(MPI_Comm_dup(MPI_COMM_WORLD, &mpi_->leaving), "start");
  check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "rank");
  check(MPI_Comm_size(MPI_COMM_WORLD, &count_), "size");
  if (count_ != launched())
    fail(
        "MPI: the launcher started {} processes, but {} found each other; start them by this MPI's own mpirun, or by "
        "srun --mpi=pmix",
        launched(), count_);
  if (provided < MPI_THREAD_SERIALIZED)
    fail("MPI: this library serves one thread only; naru needs MPI_THREAD_SERIALIZED");
}

Ranks::~Ranks() {
  if (mpi_) MPI_Finalize();
}

bool Ranks::all_leave() const {
  if (count_ == 1) return true;
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Ibarrier(mpi_->leaving, &request), "leave");
  const auto begin = std::chrono::steady_clock::now();
  int done = 0;
  while (!done && std::chrono::steady_clock::now() - begin < std::chrono::seconds(5)) {
    check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "leave");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return done != 0;
}

// A sum in one place, handed out: all ranks get the same bits.
void Ranks::sum(std::span<double> values) const {
  if (count_ == 1) return;
  const int size = static_cast<int>(values.size());
  check(MPI_Reduce(first() ? MPI_IN_PLACE : values.data(), values.data(), size, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD),
        "sum");
  hand_out(values);
}

void Ranks::hand_out(std::span<double> values) const {
  if (count_ == 1) return;
  check(MPI_Bcast(values.data(), static_cast<int>(values.size()), MPI_DOUBLE, 0, MPI_COMM_WORLD), "hand out");
}

std::string Ranks::hand_out(const std::string& text) const {
  if (count_ == 1) return text;
  double size = static_cast<double>(text.size());
  hand_out(std::span(&size, 1));
  std::string same = text;
  same.resize(static_cast<size_t>(size));
  check(MPI_Bcast(same.data(), static_cast<int>(same.size()), MPI_CHAR, 0, MPI_COMM_WORLD), "hand out");
  return same;
}

void Ranks::wait() const {
  if (count_ > 1) check(MPI_Barrier(MPI_COMM_WORLD), "wait");
}

void Ranks::sum_parts(std::span<const Parted> arrays) const {
  if (count_ == 1) return;
  Message message(arrays, count_);
  if (!message.in_place()) message.collect(0, count_);
  check(MPI_Reduce_scatter(MPI_IN_PLACE, message.data(), message.counts().data(), MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD),
        "sum of gradients");
  // In place, MPI leaves the part at the beginning.
  const auto own = static_cast<size_t>(rank_);
  std::memmove(message.data() + message.places()[own], message.data(),
               static_cast<size_t>(message.counts()[own]) * sizeof(float));
  if (!message.in_place()) message.hand_out(rank_, rank_ + 1);
}

void Ranks::gather_parts(std::span<const Parted> arrays) const {
  if (count_ == 1) return;
  Message message(arrays, count_);
  if (!message.in_place()) message.collect(rank_, rank_ + 1);
  check(MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, message.data(), message.counts().data(),
                       message.places().data(), MPI_FLOAT, MPI_COMM_WORLD),
        "hand out of weights");
  if (!message.in_place()) message.hand_out(0, count_);
}

void Ranks::collect_parts(std::span<const float> part, std::span<float> values, std::span<const int64_t> parts) const {
  if (count_ == 1) {
    std::ranges::copy(part, values.begin());
    return;
  }
  const std::vector<int> counts = counts_of(parts), places = places_of(counts);
  check(MPI_Gatherv(part.data(), static_cast<int>(part.size()), MPI_FLOAT, values.data(), counts.data(), places.data(),
                    MPI_FLOAT, 0, MPI_COMM_WORLD),
        "collecting state");
}

void Ranks::abandon(int exit_code) const {
  if (mpi_) MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::exit(exit_code);
}

#else

struct Ranks::Mpi {};

Ranks::Ranks() {
  if (launched() > 1)
    fail(
        "mpirun: started {} processes, but naru was built without MPI (no naru-mpi stands beside it); install "
        "libopenmpi-dev and build again",
        launched());
}
Ranks::~Ranks() = default;
void Ranks::sum(std::span<double>) const {}
void Ranks::hand_out(std::span<double>) const {}
std::string Ranks::hand_out(const std::string& text) const { return text; }
void Ranks::wait() const {}
void Ranks::sum_parts(std::span<const Parted>) const {}
void Ranks::gather_parts(std::span<const Parted>) const {}
void Ranks::collect_parts(std::span<const float> part, std::span<float> values, std::span<const int64_t>) const {
  std::ranges::copy(part, values.begin());
}
bool Ranks::all_leave() const { return true; }
void Ranks::abandon(int exit_code) const { std::exit(exit_code); }

#endif

Ranks::Ranks(Alone) {}

const Ranks& Ranks::alone() {
  static const Ranks instance{Alone()};
  return instance;
}

}  // namespace naru
