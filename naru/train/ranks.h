// Many processes that train one model together (MPI): started by `mpirun -np N naru train …` or by Slurm.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace naru {

/// The processes of this training, and what they tell each other. One alone where no launcher started this process, or
/// where naru was built without MPI: then every call returns at once. Each call must be made by all ranks, in the same
/// order. What all ranks hold after a call is the same to the bit.
class Ranks {
 public:
  /// An array that is kept in parts: `parts[r]` numbers in a row for rank r.
  struct Parted {
    std::span<float> values;
    std::span<const int64_t> parts;
  };

  /// Joins the others that the launcher started. Error: it started several, but naru was built without MPI.
  Ranks();
  /// How many processes the launcher says that it started with this one; 1 without a launcher.
  static int launched();
  /// One process by itself, whatever launched it.
  static const Ranks& alone();
  ~Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  /// Bytes that MPI's libraries and buffers take, of several ranks.
  static constexpr int64_t memory = 32'000'000;

  int rank() const { return rank_; }
  int count() const { return count_; }
  /// The rank that writes files and speaks.
  bool first() const { return rank_ == 0; }

  /// Each number becomes its sum over all ranks.
  void sum(std::span<double> values) const;
  /// Every rank gets what the first one has.
  void hand_out(std::span<double> values) const;
  std::string hand_out(const std::string& text) const;
  /// Until all ranks are here.
  void wait() const;

  /// What a rank's part of each array holds becomes the sum of that part over all ranks; the rest is then undefined.
  /// The arrays travel as one message, as gather_parts' do.
  void sum_parts(std::span<const Parted> arrays) const;
  /// The way back: every rank gets each part from its owner.
  void gather_parts(std::span<const Parted> arrays) const;

  /// The first rank gets each part from its owner into `values`; nothing changes elsewhere. `part`: this rank's.
  void collect_parts(std::span<const float> part, std::span<float> values, std::span<const int64_t> parts) const;

  /// After an error: true when all ranks say within five seconds that they end; false when others go on and would wait
  /// for this one for ever.
  bool all_leave() const;
  /// Ends all ranks at once, without waiting for any.
  [[noreturn]] void abandon(int exit_code) const;

 private:
  struct Alone {};
  explicit Ranks(Alone);

  int rank_ = 0, count_ = 1;
  struct Mpi;  // null where no launcher started this process
  std::unique_ptr<Mpi> mpi_;
};

}  // namespace naru
