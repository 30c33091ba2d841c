// What must hold for every input: a failure ends the program, which is how a fuzzer learns of it.
#pragma once

#include <cstdio>
#include <cstdlib>

#define REQUIRE(condition)                                                                      \
    do {                                                                                        \
        if (!(condition)) {                                                                     \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                                       \
        }                                                                                       \
    } while (false)
