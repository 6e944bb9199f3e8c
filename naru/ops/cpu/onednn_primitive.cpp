#include "naru/ops/cpu/onednn_primitive.h"

#include <dlfcn.h>

#include <array>
#include <list>
#include <mutex>
#include <unordered_map>

#include "naru/base/error.h"
#include "naru/base/random.h"
#include "naru/ops/cpu/buffer.h"

namespace naru::cpu::onednn {
namespace {

Memory::desc describe(const Layout& m) {
  const auto dtype = m.dtype == DType::bf16 ? Memory::data_type::bf16 : Memory::data_type::f32;
  const Memory::dims dims = {m.rows, m.columns};
  if (m.row_step != packed_step) return {dims, dtype, Memory::dims{m.row_step, m.column_step}};
  using Tag = Memory::format_tag;
  return {dims, dtype, m.dtype == DType::bf16 ? Tag::BA16a64b2a : Tag::BA16a64b};
}

/// Everything that makes one primitive differ from another; numbers only, so that it hashes and compares as such.
struct Key {
  std::array<int64_t, 19> words{};
  bool operator==(const Key&) const = default;
};
struct KeyHash {
  size_t operator()(const Key& key) const {
    uint64_t hash = 0;
    for (const int64_t word : key.words) hash = mix(hash, static_cast<uint64_t>(word));
    return hash;
  }
};

constexpr int64_t reorder = 8;  // instead of a product, among the extras of one

Key key_of(const Layout& a, const Layout& b, const Layout& c, int64_t extras) {
  Key key;
  size_t at = 0;
  for (const Layout* m : {&a, &b, &c})
    for (const int64_t word : {m->rows, m->columns, m->row_step, m->column_step, static_cast<int64_t>(m->dtype)})
      key.words[at++] = word;
  key.words[at] = extras;
  return key;
}

/// The primitives that this thread has used last: making one costs up to 0.7 ms, as much as a small product. Ragged
/// batches need many: with 256 a small recurrent model with attention trained at half the speed, with 512 at 0.85.
class Cache {
 public:
  template <class Make>
  Primitive& get(const Key& key, const Make& make) {
    if (const auto found = places_.find(key); found != places_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return entries_.front().second;
    }
    if (entries_.size() == capacity) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, made_alone(make));
    places_[key] = entries_.begin();
    return entries_.front().second;
  }

 private:
  /// Threads make the same primitives from what oneDNN caches for all of them, under locks that no sanitizer sees.
  template <class Make>
  static Primitive made_alone(const Make& make) {
    static std::mutex making;
    const std::scoped_lock lock(making);
    return make();
  }

  static constexpr size_t capacity = 1024;
  using Entries = std::list<std::pair<Key, Primitive>>;
  Entries entries_;
  std::unordered_map<Key, Entries::iterator, KeyHash> places_;
};

Cache& cache() {
  static thread_local Cache instance;
  return instance;
}

Primitive make_product(const Layout& a, const Layout& b, const Layout& c, int64_t extras) {
  dnnl::post_ops after;
  if (extras & add) after.append_sum();
  if (extras & relu) after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(after);
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const Memory::desc shift({1, c.columns}, Memory::data_type::f32, Memory::format_tag::ab);
  const auto product = extras & bias ? dnnl::matmul::desc(describe(a), describe(b), shift, describe(c))
                                     : dnnl::matmul::desc(describe(a), describe(b), describe(c));
  const dnnl::matmul::primitive_desc description(product, attributes, engine());
  Primitive made(dnnl::matmul(description), description.impl_info_str(), description.scratchpad_desc());
  made.bind(DNNL_ARG_SRC, describe(a));
  made.bind(DNNL_ARG_WEIGHTS, describe(b));
  made.bind(DNNL_ARG_DST, describe(c));
  if (extras & bias) made.bind(DNNL_ARG_BIAS, shift);
  return made;
}

}  // namespace

Layout layout(const MatrixView& m) {
  return {m.rows, m.columns, m.transposed ? 1 : m.stride, m.transposed ? m.stride : 1, m.dtype};
}

Layout packed_layout(int64_t inner, int64_t columns, DType dtype) {
  return {inner, columns, packed_step, packed_step, dtype};
}

dnnl::engine& engine() {
  static dnnl::engine instance(dnnl::engine::kind::cpu, 0);
  return instance;
}

void stay_on_this_thread() {
  static thread_local bool told = false;
  if (told) return;
  using SetThreads = void (*)(int);
  if (const auto set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"))) set(1);
  told = true;
}

void Primitive::bind(int argument, const Memory::desc& desc) {
  if (desc.get_size() == 0) return;
  memories_.emplace_back(desc, engine(), nullptr);
  arguments_.push_back({argument, memories_.back().get()});
}

void Primitive::set(int argument, const void* data) {
  for (const auto& each : arguments_)
    if (each.arg == argument) dnnl_memory_set_data_handle(each.memory, const_cast<void*>(data));
}

void Primitive::run() {
  static thread_local dnnl::stream stream(engine());
  static thread_local ThreadBuffer scratch;
  for (size_t i = 0; i < arguments_.size(); ++i)
    if (arguments_[i].arg == DNNL_ARG_SCRATCHPAD)
      set(DNNL_ARG_SCRATCHPAD, scratch.at_least<std::byte>(static_cast<int64_t>(memories_[i].get_desc().get_size())));
  const auto status =
      dnnl_primitive_execute(primitive_.get(), stream.get(), static_cast<int>(arguments_.size()), arguments_.data());
  NARU_CHECK(status == dnnl_success, "product: oneDNN's {} failed with status {}", name_, static_cast<int>(status));
}

Primitive& product_primitive(const Layout& a, const Layout& b, const Layout& c, int64_t extras) {
  stay_on_this_thread();
  return cache().get(key_of(a, b, c, extras), [&] { return make_product(a, b, c, extras); });
}

Primitive& reorder_primitive(const Layout& from, const Layout& to) {
  stay_on_this_thread();
  return cache().get(key_of(from, to, {}, reorder), [&] {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::reorder::primitive_desc description(engine(), describe(from), engine(), describe(to), attributes);
    Primitive made(dnnl::reorder(description), description.impl_info_str(), description.scratchpad_desc());
    made.bind(DNNL_ARG_FROM, describe(from));
    made.bind(DNNL_ARG_TO, describe(to));
    return made;
  });
}

}  // namespace naru::cpu::onednn
