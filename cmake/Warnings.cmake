# lemnos_warnings: the compiler flags of our own code; headers of libraries are exempt. Warnings are errors in the presets of
# developers alone: another compiler, or another level of optimisation, warns of something else, and users shall get a program.
option(LEMNOS_WARNINGS_ARE_ERRORS "Stop at the first warning" OFF)
add_library(lemnos_warnings INTERFACE)
if(MSVC)
  target_compile_options(lemnos_warnings INTERFACE /W4 /utf-8 $<$<BOOL:${LEMNOS_WARNINGS_ARE_ERRORS}>:/WX>)
else()
  target_compile_options(lemnos_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                         -Wimplicit-fallthrough -Wno-missing-field-initializers $<$<BOOL:${LEMNOS_WARNINGS_ARE_ERRORS}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # False alarms of GCC 12 inside the standard library, which come and go with the optimisation level.
    target_compile_options(lemnos_warnings INTERFACE -Wno-stringop-overflow -Wno-free-nonheap-object -Wno-restrict)
    if(LEMNOS_SANITIZE)
      target_compile_options(lemnos_warnings INTERFACE -Wno-maybe-uninitialized)
    endif()
  elseif(LEMNOS_SANITIZE)
    # With checks inside, loops that are asked to be vectorised can't be.
    target_compile_options(lemnos_warnings INTERFACE -Wno-pass-failed)
  endif()
endif()
