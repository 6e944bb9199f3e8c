# The page that reports are written into: npm bundles web/ into one HTML file, which becomes a string in the library.
find_program(NPM npm)
if(NOT NPM)
  message(FATAL_ERROR "npm is missing, with which the report page is bundled; `make deps` installs it")
endif()

set(page_folder ${CMAKE_CURRENT_SOURCE_DIR}/web)
set(page_built ${CMAKE_CURRENT_BINARY_DIR}/web)
file(GLOB page_sources CONFIGURE_DEPENDS ${page_folder}/src/* ${page_folder}/*.html ${page_folder}/*.ts)

add_custom_command(
  OUTPUT ${page_folder}/node_modules/.installed
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/scripts/page-packages
  DEPENDS ${page_folder}/package-lock.json
  COMMENT "Installing the packages of web/package-lock.json")
add_custom_command(
  OUTPUT ${page_built}/report.html
  COMMAND ${NPM} --silent run build -- --outDir ${page_built} --emptyOutDir --logLevel warn
  WORKING_DIRECTORY ${page_folder}
  DEPENDS ${page_sources} ${page_folder}/licenses.txt ${page_folder}/package.json ${page_folder}/node_modules/.installed
  COMMENT "Bundling the report page")
add_custom_command(
  OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/report_template.cpp
  COMMAND ${CMAKE_COMMAND} -D INPUT=${page_built}/report.html -D OUTPUT=${CMAKE_CURRENT_BINARY_DIR}/report_template.cpp
          -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${page_built}/report.html ${CMAKE_CURRENT_SOURCE_DIR}/cmake/embed.cmake
  COMMENT "Embedding the report page")
target_sources(naru PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/report_template.cpp)

if(NARU_TESTS)
  add_test(NAME page COMMAND ${NPM} --silent test WORKING_DIRECTORY ${page_folder})
endif()
