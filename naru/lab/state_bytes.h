// What a decoder has to remember of a sentence, measured: of a recurrent model without attention always the same, of
// one with attention as much as was read, of a Transformer as much as was read and written.
#pragma once

#include "naru/models/decoder.h"

namespace naru {

/// Bytes of tensors and caches that live on in the state, each rounded up to 64.
struct StateBytes {
  int64_t read = 0;     // after a source of so many pieces
  int64_t written = 0;  // after as many pieces of its translation
};
/// Counts what this process holds more than before: nothing else may compute meanwhile.
StateBytes state_bytes(const Decoder& decoder, int64_t pieces);

}  // namespace naru
