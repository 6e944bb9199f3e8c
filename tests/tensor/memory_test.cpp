#include "naru/tensor/memory.h"

#include <gtest/gtest.h>

#include <vector>

#include "naru/base/random.h"
#include "naru/tensor/tensor.h"

namespace naru {
namespace {

TEST(Memory, CurrentAndPeakAreCountedByPurpose) {
  const int64_t before = memory_use(Purpose::optimizer).current;
  reset_peak_memory();
  {
    const Tensor a({1000}, DType::f32, Purpose::optimizer);
    EXPECT_EQ(memory_use(Purpose::optimizer).current - before, 4032);  // rounded up to 64
  }
  EXPECT_EQ(memory_use(Purpose::optimizer).current, before);
  EXPECT_EQ(memory_use(Purpose::optimizer).peak - before, 4032);
}

TEST(Memory, StepsOfChangingSizesReuseWhatIsHeld) {
  Random random(1);
  const auto step = [&] {
    std::vector<Tensor> live;
    for (int i = 0; i < 40; ++i) {
      live.emplace_back(Shape{static_cast<int64_t>(50'000 + random.below(50'000))});
      if (i % 3 == 2) live.erase(live.begin());
    }
  };
  for (int i = 0; i < 20; ++i) step();
  const int64_t held = memory_held();
  for (int i = 0; i < 100; ++i) step();
  EXPECT_LE(memory_held(), held + held / 4);
}

TEST(Memory, ReleasedMemoryGoesBackToTheSystem) {
  { const Tensor big({64 << 20}); }
  const int64_t held = memory_held();
  release_unused_memory();
  EXPECT_LE(memory_held(), held - (int64_t{256} << 20));
}

TEST(Memory, EveryTensorIsAlignedAndNoTwoOverlap) {
  Random random(2);
  std::vector<Tensor> live;
  for (int i = 0; i < 500; ++i) {
    Tensor made({static_cast<int64_t>(1 + random.below(5000))});
    EXPECT_EQ(reinterpret_cast<uintptr_t>(made.raw()) % 64, 0u);
    for (float& x : made.values()) x = static_cast<float>(i);
    live.push_back(made);
    if (live.size() > 50) live.erase(live.begin() + static_cast<int64_t>(random.below(50)));
  }
  for (const Tensor& tensor : live)
    for (const float x : tensor.values()) ASSERT_EQ(x, tensor.data()[0]);
}

TEST(Memory, ADerivedValueIsMadeOncePerVersion) {
  Tensor weight({4});
  int made = 0;
  const auto derived = [&] {
    return *weight.storage().derived<int>(7, [&] { return std::make_shared<const int>(++made); });
  };
  EXPECT_EQ(derived(), 1);
  EXPECT_EQ(derived(), 1);
  weight.touch();
  EXPECT_EQ(derived(), 2);
  const auto held = std::weak_ptr(weight.storage().derived<int>(7, [] { return std::make_shared<const int>(0); }));
  weight.touch();
  EXPECT_TRUE(held.expired()) << "what is stale takes no memory";
}

}  // namespace
}  // namespace naru
