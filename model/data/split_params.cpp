// The settings of the split.
#include "model/data/split_params.h"

namespace lemnos {

const std::vector<Param>& splitParams() {
    static const std::vector<Param> params = {
        {.key = "validation_share",
         .label = LEMNOS_TEXT("Validation share"),
         .help = LEMNOS_TEXT(
             "Part of the pictures that is kept from training, to see how well the network does on new ones."),
         .defaultValue = 0.1,
         .minimum = 0,
         .maximum = 0.9,
         .advanced = true},
        {.key = "test_share",
         .label = LEMNOS_TEXT("Test share"),
         .help = LEMNOS_TEXT("Part of the pictures that is looked at only once, at the end."),
         .defaultValue = 0.1,
         .minimum = 0,
         .maximum = 0.9,
         .advanced = true},
        {.key = "split_seed",
         .label = LEMNOS_TEXT("Split seed"),
         .help = LEMNOS_TEXT("Decides which pictures go to validation and test; keep it to compare runs fairly."),
         .defaultValue = std::int64_t{42},
         .minimum = 0,
         .maximum = 9007199254740992.0,
         .advanced = true},
        {.key = "split_by",
         .label = LEMNOS_TEXT("Keep together"),
         .help = LEMNOS_TEXT(
             "What is never torn apart: nothing (each picture is dealt by itself), pictures of one sub-folder, or "
             "pictures whose names have the same part, as shots of one scene."),
         .defaultValue = std::string("picture"),
         .choices = {"picture", "folder", "name"},
         .advanced = true},
        {.key = "split_pattern",
         .label = LEMNOS_TEXT("Part of the name"),
         .help = LEMNOS_TEXT("With split_by name: a regular expression for the part of the file name that says what "
                             "belongs together; \\d+ is the first number."),
         .defaultValue = std::string("\\d+"),
         .advanced = true},
        {.key = "folds",
         .label = LEMNOS_TEXT("Folds"),
         .help = LEMNOS_TEXT("Cuts the pictures into so many parts, of which each can be the one to validate with; one "
                             "run for each gives a sounder figure than one split."),
         .defaultValue = std::int64_t{0},
         .minimum = 0,
         .maximum = 100,
         .advanced = true,
         .zero = LEMNOS_TEXT("off")},
        {.key = "fold",
         .label = LEMNOS_TEXT("Fold"),
         .help = LEMNOS_TEXT("Which of the folds to validate with."),
         .defaultValue = std::int64_t{1},
         .minimum = 1,
         .maximum = 100,
         .advanced = true},
        {.key = "ignore_folders",
         .label = LEMNOS_TEXT("Ignore folders"),
         .help = LEMNOS_TEXT("Deals out anew what train, val and test folders or a list hold."),
         .defaultValue = false,
         .advanced = true},
    };
    return params;
}

SplitOptions splitOptionsFrom(const ParamMap& values) {
    SplitOptions options;
    options.seed = static_cast<std::uint64_t>(intParam(values, "split_seed"));
    options.validationShare = realParam(values, "validation_share");
    options.testShare = realParam(values, "test_share");
    const std::string& unit = textParam(values, "split_by");
    for (const auto one : {SplitOptions::Unit::picture, SplitOptions::Unit::folder, SplitOptions::Unit::name}) {
        if (unit == toString(one)) options.unit = one;
    }
    options.pattern = textParam(values, "split_pattern");
    options.ignoreFolders = boolParam(values, "ignore_folders");
    options.folds = static_cast<int>(intParam(values, "folds"));
    options.fold = static_cast<int>(intParam(values, "fold"));
    return options;
}

void setSplitParams(ParamMap& values, const SplitOptions& options) {
    values["split_seed"] = static_cast<std::int64_t>(options.seed);
    values["validation_share"] = options.validationShare;
    values["test_share"] = options.testShare;
    values["split_by"] = std::string(toString(options.unit));
    values["split_pattern"] = options.pattern;
    values["ignore_folders"] = options.ignoreFolders;
    values["folds"] = std::int64_t{options.folds};
    values["fold"] = std::int64_t{options.fold};
}

}  // namespace lemnos
