// Subjects far from their verbs, in sentences of the embedded corpus: what a translation must say of both by the gold
// alignment, and the same translation with the wrong person as the subject.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "naru/data/phrases/phrases.h"
#include "naru/lab/contrast.h"

namespace naru {

/// A sentence whose main subject is a person by name.
struct SubjectVerb {
  std::string source, reference;
  std::string subject;                    // "Cheolsu"
  std::vector<std::string> verb;          // English words of the main verb, by sure links
  int64_t distance = 0;                   // Korean words between the two
  std::optional<std::string> wrong = {};  // the reference with the subject and another name of the same sex exchanged
};
/// Nothing where the main subject is no name or not the first that the reference says, or its verb has no sure link.
std::optional<SubjectVerb> subject_verb(const Phrase& phrase);

/// Whether the first name that a translation says is the subject's, and whether it has the main verb besides.
bool has_subject(const std::string& translation, const SubjectVerb& sentence);
bool has_link(const std::string& translation, const SubjectVerb& sentence);

}  // namespace naru
