// Files that are named like another kind of picture.
#include <algorithm>

#include "model/doctor/check_support.h"
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
        if (!fits(sample.path, sample.format))
            findings.push_back({.severity = Finding::Severity::note, .samples = {i}});
    }
    return {};
}

Phrase text(const DatasetIndex& index, const Finding& finding) {
    const std::uint32_t i = finding.samples.front();
    return {LEMNOS_TEXT("%1 is a %2 file by its content; other programs may fail to open it."),
            {shownPath(index, i), Phrase::name(std::string(toString(index.samples[i].format)))}};
}

/// It is read by its content, so that excluding it is not what to recommend.
std::vector<Fix> fixes(const DatasetIndex&, const Finding& finding) {
    return {acceptanceOf(finding), excludeIt(finding)};
}

}  // namespace

extern const CheckType wrong_extension{
    .name = "wrong_extension",
    .label = LEMNOS_TEXT("Wrong extensions"),
    .help =
        LEMNOS_TEXT("Files whose name says another kind of picture than their content. They are read all the same."),
    .order = 30,
    .find = find,
    .text = text,
    .fixes = fixes};

}  // namespace lemnos::checks
