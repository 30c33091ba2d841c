// ClassCounts: for each class, how many samples have it, how many answers name it, and how many of those are right.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace lemnos {

class ClassCounts {
  public:
    explicit ClassCounts(std::size_t classes) : m_counts(classes) {}
    /// Labels and answers that are no class are left out.
    void add(std::uint32_t label, std::uint32_t answer);
    /// Mean over the classes that any sample has or any answer names of F1 = 2 right / (samples + answers); nothing
    /// where there are none. (Opitz and Burst 2019, "Macro F1 and Macro F1", eq. 3.)
    std::optional<double> macroF1() const;

  private:
    struct Count {
        std::int64_t samples = 0, answers = 0, right = 0;
    };
    std::vector<Count> m_counts;
};

}  // namespace lemnos
