# lemnos_embed_text(TARGET DIRECTORY dir PATTERN glob FUNCTION function)
#
# Generates `std::span<const lemnos::EmbeddedText> FUNCTION()` (model/embedded_text.h) with the name, without extension, and the
# content of each matching file.
function(lemnos_embed_text target)
  cmake_parse_arguments(ARG "" "DIRECTORY;PATTERN;FUNCTION" "" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_DIRECTORY}/${ARG_PATTERN})
  list(SORT files)
  set(entries "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} text)
    string(APPEND entries "        {\"${name}\", R\"~~~(${text})~~~\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  string(REGEX REPLACE ".*::" "" function_name ${ARG_FUNCTION})
  set(output ${CMAKE_BINARY_DIR}/generated/${function_name}.cpp)
  file(GENERATE OUTPUT ${output} CONTENT "// Generated from ${ARG_DIRECTORY}/${ARG_PATTERN}.
#include \"model/embedded_text.h\"
std::span<const lemnos::EmbeddedText> ${ARG_FUNCTION}() {
    static constexpr lemnos::EmbeddedText list[] = {
${entries}    };
    return list;
}
")
  target_sources(${target} PRIVATE ${output})
endfunction()
