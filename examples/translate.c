/* Translates lines of text with a model folder, from C:  translate-c out/ko-en < korean.txt > english.txt */
#include <stdio.h>
#include <string.h>

#include "naru/evaluate/c_api.h"

int main(int count, char** arguments) {
  char *error = NULL, line[4096], *translation;
  naru_translator* translator = naru_open(count > 1 ? arguments[1] : "", "stored", &error);
  while (translator && !error && fgets(line, sizeof line, stdin)) {
    const char* lines[] = {line};
    line[strcspn(line, "\n")] = '\0';
    if (naru_translate(translator, lines, 1, 4, &translation, &error) != 0) break;
    puts(translation);
    naru_free(translation);
  }
  naru_close(translator);
  if (error) fprintf(stderr, "%s\n", error);
  return error ? 2 : 0;
}
