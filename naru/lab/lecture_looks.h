#pragma once

#include "naru/lab/findings.h"
#include "naru/lab/laboratory.h"

namespace naru {

/// The lecture's two rows of attention (§3.3.2, 은행에 looks at 돈을, at 강가) beside those of trained models.
void show_lecture_rows(Findings& findings, Laboratory& laboratory);

}  // namespace naru
