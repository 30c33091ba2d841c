// Real data sets for tests, where a folder of them is given.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace lemnos::test {

/// The folder that $LEMNOS_TEST_DATA/NAME.tar.xz unpacks to, or nothing when LEMNOS_TEST_DATA is not set. Unpacked
/// once, into the data folder of the test cache, also when several tests ask at the same time. A name without its
/// archive, or an archive that can't be unpacked, aborts the test program.
std::optional<std::filesystem::path> testDataSet(std::string_view name);

/// A file of that folder which is no archive, such as a table of expected values.
std::optional<std::filesystem::path> testDataFile(std::string_view name);

}  // namespace lemnos::test
