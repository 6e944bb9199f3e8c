// Translates lines of text with a model folder:  translate out/ko-en < korean.txt > english.txt
#include <iostream>
#include <string>

#include "naru/evaluate/translator.h"

int main(int count, char** arguments) try {
  if (count != 2) naru::fail("usage: {} MODEL_FOLDER < lines", arguments[0]);
  const naru::ModelFolder folder = naru::ModelFolder::open(arguments[1]);
  const naru::Translator translator(folder);
  const naru::TranslationOptions options{.search = {.beam = 4}};
  for (std::string line; std::getline(std::cin, line);)
    std::cout << translator.translate({line}, options)[0].best[0].text << '\n';
  return 0;
} catch (const naru::Error& error) {  // a mistake that the message says how to mend
  std::cerr << error.what() << '\n';
  return 2;
}
