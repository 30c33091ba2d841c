# lemnos_embed_shaders(TARGET)
#
# Compiles every shaders/*.comp with glslc and generates `std::span<const lemnos::EmbeddedShader> lemnos::embeddedShaders()`
# (compute/vulkan/kernel.h) with the name and the SPIR-V words of each.
find_program(LEMNOS_GLSLC glslc)
if(NOT LEMNOS_GLSLC)
  message(FATAL_ERROR "glslc was not found; install the Debian package glslc (or the Vulkan SDK).")
endif()

function(lemnos_embed_shaders target)
  file(GLOB shaders CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/shaders/*.comp)
  list(SORT shaders)
  set(output_dir ${CMAKE_BINARY_DIR}/generated/shaders)
  file(MAKE_DIRECTORY ${output_dir})
  set(arrays "")
  set(entries "")
  set(words "")
  foreach(shader IN LISTS shaders)
    get_filename_component(name ${shader} NAME_WE)
    # A shader that includes vectors.glsl is compiled with plain loads and with texel loads, unless it settles that itself;
    # one that includes tile_product.glsl with and without cooperative matrices.
    set(forms "plain")
    file(STRINGS ${shader} uses_vectors REGEX "include \"vectors.glsl\"")
    file(STRINGS ${shader} settled REGEX "define TEXEL_LOADS")
    if(uses_vectors AND NOT settled)
      list(APPEND forms "texel")
    endif()
    file(STRINGS ${shader} uses_tiles REGEX "include \"tile_product.glsl\"")
    if(uses_tiles)
      list(APPEND forms "matrices" "emulated")
    endif()
    foreach(form IN LISTS forms)
      set(form_name ${name}_${form})
      if(form STREQUAL "plain")
        set(form_name ${name})
        set(form_flags "")
      elseif(form STREQUAL "texel")
        set(form_flags -DTEXEL_LOADS)
      elseif(form STREQUAL "matrices")
        set(form_flags -DMATRICES)
      else()
        set(form_flags -DEMULATED_MATRICES)
      endif()
      add_custom_command(
        OUTPUT ${output_dir}/${form_name}.inc
        COMMAND ${LEMNOS_GLSLC} --target-env=vulkan1.2 -O -Werror -I ${CMAKE_SOURCE_DIR}/shaders/include ${form_flags}
                -MD -MF ${output_dir}/${form_name}.d -mfmt=num -o ${output_dir}/${form_name}.inc ${shader}
        DEPENDS ${shader} DEPFILE ${output_dir}/${form_name}.d
        COMMENT "Compiling shader ${form_name}" VERBATIM)
      list(APPEND words ${output_dir}/${form_name}.inc)
      string(APPEND arrays "constexpr std::uint32_t ${form_name}[] = {\n#include \"shaders/${form_name}.inc\"\n};\n")
      string(APPEND entries "        {\"${form_name}\", ${form_name}},\n")
    endforeach()
  endforeach()
  set(output ${CMAKE_BINARY_DIR}/generated/embeddedShaders.cpp)
  file(GENERATE OUTPUT ${output} CONTENT "// Generated from shaders/*.comp.
#include \"compute/vulkan/kernel.h\"
namespace {
${arrays}}
std::span<const lemnos::EmbeddedShader> lemnos::embeddedShaders() {
    static constexpr EmbeddedShader list[] = {
${entries}    };
    return list;
}
")
  set_property(SOURCE ${output} APPEND PROPERTY OBJECT_DEPENDS "${words}")
  target_sources(${target} PRIVATE ${output} ${words})
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated ${CMAKE_SOURCE_DIR})
endfunction()
