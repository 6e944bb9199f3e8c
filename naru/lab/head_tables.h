// What the experiment `heads` found, as tables and maps.
#pragma once

#include <array>
#include <span>

#include "naru/lab/findings.h"
#include "naru/lab/gold_alignment.h"
#include "naru/lab/head_relations.h"

namespace naru {

/// In the order of `relations`.
const std::array<Bilingual, relations.size()>& relation_names();

/// Of each head and relation the share of pairs that it finds, in its better direction.
HeatMap map_of_relations(const HeadFindings& findings);
/// Of each relation the chosen head against the fixed distance.
ReportTable table_of_relations(std::span<const BestHead> best);

/// AER of the recurrent decoder's attention, of the Transformer's together and of its best head; of so many sentences.
ReportTable table_of_alignments(std::span<const AlignedBy> seq2seq, std::span<const AlignedBy> transformer,
                                size_t sentences);
/// AER of each head of cross-attention.
HeatMap map_of_alignments(std::span<const AlignedBy> transformer);

}  // namespace naru
