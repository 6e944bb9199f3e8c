# Few large translation units instead of many small ones: most of a small file's compile time goes into headers that its
# neighbours read too. Files are joined by sixes within a folder, so names in anonymous namespaces need only differ there. The
# kernels of ops/cpu, compiled once for each instruction set, stay alone, and so does ranks.cpp, which has a twin for MPI.
function(join_sources target)
  foreach(source ${ARGN})
    cmake_path(GET source PARENT_PATH folder)
    if(NOT source MATCHES "/ops/cpu/|/train/ranks.cpp$")
      cmake_path(RELATIVE_PATH folder BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
      string(MAKE_C_IDENTIFIER ${folder} room)
      list(LENGTH joined_${room} count)
      math(EXPR group "${count} / 6")
      list(APPEND joined_${room} ${source})
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${room}_${group})
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()
