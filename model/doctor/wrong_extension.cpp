// Files that are named like another kind of picture.
#include <algorithm>

#include "model/doctor/copies_support.h"
#include "model/doctor/doctor.h"
#include "model/param.h"

namespace lemnos::checks {

namespace {

bool fits(std::string_view path, PictureFormat format) {
    std::string extension(path.substr(std::min(path.size(), path.rfind('.') + 1)));
    for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    switch (format) {
        case PictureFormat::png:
            return extension == "png";
        case PictureFormat::jpeg:
            return extension == "jpg" || extension == "jpeg";
        case PictureFormat::bmp:
            return extension == "bmp";
        case PictureFormat::webp:
            return extension == "webp";
        case PictureFormat::tiff:
            return extension == "tif" || extension == "tiff";
    }
    return true;
}

Status find(const DatasetIndex& index, const DoctorOptions&, std::vector<Finding>& findings) {
    for (std::uint32_t i = 0; i < index.samples.size(); ++i) {
        const Sample& sample = index.samples[i];
        if (fits(sample.path, sample.format)) continue;
        // It is read by its content, so that excluding it is not what to recommend.
        findings.push_back({.severity = Finding::Severity::note,
                            .text = shownPath(index, i) + " is a " + std::string(toString(sample.format)) +
                                    " file by its content; other programs may fail to open it.",
                            .samples = {i}});
        findings.back().fixes = {{.label = LEMNOS_TEXT("Mark as fine"),
                                  .kind = Edit::Kind::accept,
                                  .samples = {i},
                                  .from = "wrong_extension"},
                                 {.label = LEMNOS_TEXT("Exclude it"), .samples = {i}}};
    }
    return {};
}

}  // namespace

extern const CheckType wrong_extension{
    .name = "wrong_extension",
    .label = LEMNOS_TEXT("Wrong extensions"),
    .help =
        LEMNOS_TEXT("Files whose name says another kind of picture than their content. They are read all the same."),
    .order = 30,
    .find = find};

}  // namespace lemnos::checks
