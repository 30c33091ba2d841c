# lemnos_registry(TARGET DIRECTORY dir NAMESPACE ns TYPE type HEADER header FUNCTION function)
#
# Generates `std::span<const TYPE* const> FUNCTION()`, a list of one descriptor object per file of DIRECTORY: the file
# dense.cpp defines `extern const TYPE NS::dense`. A file whose name ends in _support.cpp or _builder.cpp, or that is named like the header, is not
# in the list. Generated rather than self-registering, so that no linker drops an entry and the order is fixed.
function(lemnos_registry target)
  cmake_parse_arguments(ARG "" "DIRECTORY;NAMESPACE;TYPE;HEADER;FUNCTION" "" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/${ARG_DIRECTORY} ${CMAKE_SOURCE_DIR}/${ARG_DIRECTORY}/*.cpp)
  list(SORT files)
  get_filename_component(header_name ${ARG_HEADER} NAME_WE)
  set(declarations "")
  set(entries "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    if(name STREQUAL header_name OR name MATCHES "_(support|builder)$")
      continue()
    endif()
    string(APPEND declarations "extern const ${ARG_TYPE} ${name};\n")
    string(APPEND entries "        &${ARG_NAMESPACE}::${name},\n")
  endforeach()
  string(REGEX REPLACE ".*::" "" function_name ${ARG_FUNCTION})
  set(content "// Generated from the files of ${ARG_DIRECTORY}.
#include <span>
#include \"${ARG_HEADER}\"
namespace ${ARG_NAMESPACE} {
${declarations}}
std::span<const ${ARG_TYPE}* const> ${ARG_FUNCTION}() {
    static constexpr const ${ARG_TYPE}* list[] = {
${entries}    };
    return list;
}
")
  set(output ${CMAKE_BINARY_DIR}/generated/${function_name}.cpp)
  file(CONFIGURE OUTPUT ${output} CONTENT "${content}" @ONLY)
  target_sources(${target} PRIVATE ${output})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
endfunction()
