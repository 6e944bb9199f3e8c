# `make install`: the command with its man page and completions, the library with its headers and CMake package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS naru-cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(TARGET naru-mpi)
  install(TARGETS naru-mpi RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(CODE "
  function(from_command arguments folder name)
    file(MAKE_DIRECTORY \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/\${folder})
    execute_process(COMMAND $<TARGET_FILE:naru-cli> \${arguments} COMMAND_ERROR_IS_FATAL ANY
                    OUTPUT_FILE \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/\${folder}/\${name})
  endfunction()
  from_command(manual ${CMAKE_INSTALL_MANDIR}/man1 naru.1)
  from_command(\"completions;bash\" ${CMAKE_INSTALL_DATADIR}/bash-completion/completions naru)
  from_command(\"completions;zsh\" ${CMAKE_INSTALL_DATADIR}/zsh/site-functions _naru)
  from_command(\"completions;fish\" ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d naru.fish)
")

install(TARGETS naru EXPORT naru-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY naru/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/naru FILES_MATCHING PATTERN "*.h")
install(EXPORT naru-targets NAMESPACE naru:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/naru)
configure_package_config_file(cmake/naru-config.cmake.in naru-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/naru)
write_basic_package_version_file(naru-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/naru-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/naru-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/naru)
