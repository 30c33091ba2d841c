// Fuzzes the project file: whatever is accepted is written and read as the same again.
#include <cstdint>

#include "model/data/project_file.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    const auto project = projectFromText({reinterpret_cast<const char*>(data), size}, "/projects");
    REQUIRE(project.ok() || !project.error().message.empty());
    if (!project) return 0;
    const auto again = projectFromText(projectText(*project, "/projects"), "/projects");
    REQUIRE(again.ok());
    REQUIRE(again->sources.size() == project->sources.size());
    REQUIRE(again->sides == project->sides);
    REQUIRE(again->edits.done().size() == project->edits.done().size());

    // And it can be applied to anything.
    DatasetIndex index;
    index.classes = {"a", "b"};
    for (const char* path : {"a/1.png", "b/2.png"}) index.samples.push_back({path, path[0] == 'a' ? 0u : 1u});
    static_cast<void>(arranged(std::move(index), *project));
    return 0;
}
