// Valid inputs for every parser, to start fuzzing from.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace lemnos::test {

/// By the name of the fuzz program: "fuzz_event".
std::map<std::string, std::vector<std::string>> fuzzSeeds();

}  // namespace lemnos::test
