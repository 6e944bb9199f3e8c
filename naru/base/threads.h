// One pool of threads for the whole process. What a chunk computes may depend on the sizes of the
// problem only, never on the number of threads: results are then equal for every `--threads`.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

namespace naru {

/// A non-owning reference to a callable; costs no allocation, unlike std::function.
template <class Signature>
class FunctionRef;
template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef>)
      FunctionRef(F&& f)  // NOLINT: implicit on purpose, like std::function
      : object_(const_cast<void*>(static_cast<const void*>(&f))), call_([](void* object, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(object))(std::forward<Args>(args)...);
        }) {}
  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

/// Cores that this process may use.
int available_cores();
/// Sets the number of threads used by `parallel_for` (at least 1). Not while one runs.
void set_threads(int count);
/// Threads in use, the calling one included. Default: `available_cores()`.
int threads();

/// Runs `body(begin, end)` over [0, count), in pieces of `grain` (the last may be shorter), on the pool and on the
/// caller. A thread begins with its own part of them and then helps the others: which takes which is not fixed. A
/// nested call runs on its own thread. Exceptions reach the
/// caller.
void parallel_for(int64_t count, int64_t grain, FunctionRef<void(int64_t begin, int64_t end)> body);

/// True within a body of `parallel_for` whose pieces several threads share.
bool inside_parallel_for();

/// Number of the pool's thread that runs this code: 0 for callers, 1 … threads()-1 for workers.
int thread_index();

}  // namespace naru
