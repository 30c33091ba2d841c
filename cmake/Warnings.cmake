# lemnos_warnings: the compiler flags of our own code. Warnings are errors; headers of libraries are exempt.
add_library(lemnos_warnings INTERFACE)
if(MSVC)
  target_compile_options(lemnos_warnings INTERFACE /W4 /WX /utf-8)
else()
  target_compile_options(lemnos_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                         -Wimplicit-fallthrough -Wno-missing-field-initializers -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # False alarms of GCC 12 inside the standard library, which come and go with the optimisation level.
    target_compile_options(lemnos_warnings INTERFACE -Wno-stringop-overflow -Wno-free-nonheap-object -Wno-restrict)
    if(LEMNOS_SANITIZE)
      target_compile_options(lemnos_warnings INTERFACE -Wno-maybe-uninitialized)
    endif()
  endif()
endif()
