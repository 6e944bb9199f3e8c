/* naru from C: translates lines with a model folder. All texts are UTF-8.
   A translator may be used by any number of threads at the same time; they share its weights and one pool of workers.
   Errors are one line that names the thing and the mend; a caller that passes no place for them only sees the failure.
 */
#ifndef NARU_EVALUATE_C_API_H
#define NARU_EVALUATE_C_API_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct naru_translator naru_translator;

/* Opens a model folder. `precision`: "f32", "bf16", "int8", "int4", or "stored" (as the folder has its weights).
   NULL on an error. */
naru_translator* naru_open(const char* folder, const char* precision, char** error);

/* Translates `count` lines together, each as it would be alone, with `beam` hypotheses (1 = greedy). Sets
   translations[i], which naru_free frees, and returns 0; or returns -1 and sets none. */
int naru_translate(const naru_translator* translator, const char* const* lines, size_t count, int beam,
                   char** translations, char** error);

/* Frees a translation or an error. */
void naru_free(char* text);
void naru_close(naru_translator* translator);

#ifdef __cplusplus
}
#endif
#endif
