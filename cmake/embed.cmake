# cmake -D INPUT=report.html -D OUTPUT=report_template.cpp -P embed.cmake: the file's text as naru/lab/report.cpp declares it.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "#include <cstddef>
namespace naru {
extern const char report_template[];
extern const std::size_t report_template_size;
const char report_template[] = R\"html(${text})html\";
const std::size_t report_template_size = sizeof(report_template) - 1;
}  // namespace naru
")
