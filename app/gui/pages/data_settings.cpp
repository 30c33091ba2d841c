// DataSettings: fields and what follows from them.
#include "app/gui/pages/data_settings.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QRegularExpression>
#include <QScrollArea>
#include <QStyle>

#include "app/gui/format.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/split_bar.h"
#include "app/gui/widgets/transform_list.h"
#include "app/gui/widgets/transform_preview.h"
#include "model/data/hash.h"
#include "model/data/pixel_cache.h"

namespace lemnos {

namespace {

constexpr int largestSide = 4096;  // as in the run description
constexpr std::int64_t megabyte = 1'000'000;
constexpr int fieldWidth = 128;
constexpr int leastFieldsHeight = 160;

QString sizeText(int width, int height) {
    return width == 0 ? DataSettings::tr("auto") : QStringLiteral("%1 × %2").arg(width).arg(height);
}

}  // namespace

std::optional<QSize> parseSize(const QString& text) {
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty() || trimmed.compare(QLatin1String("auto"), Qt::CaseInsensitive) == 0 ||
        trimmed == DataSettings::tr("auto")) {
        return QSize(0, 0);
    }
    static const QRegularExpression pattern(QStringLiteral("^(\\d{1,5})(?:\\s*[x×*X]\\s*(\\d{1,5}))?$"));
    const QRegularExpressionMatch match = pattern.match(trimmed);
    if (!match.hasMatch()) return {};
    const int width = match.captured(1).toInt();
    const int height = match.capturedLength(2) > 0 ? match.captured(2).toInt() : width;
    if (width < 1 || height < 1 || width > largestSide || height > largestSide) return {};
    return QSize(width, height);
}

DataSettings::DataSettings(Project& project, QWidget* parent)
    : QWidget(parent),
      m_project(project),
      m_bar(new SplitBar),
      m_split(makeParagraph({}, "small")),
      m_size(new QComboBox),
      m_sizeError(makeParagraph({}, "error")),
      m_channels(new QComboBox),
      m_result(makeParagraph({}, "small")),
      m_preview(new TransformPreview),
      m_previewName(makeElided({}, "small")),
      m_preprocess(new TransformList(TransformUse::preprocess)),
      m_augment(new TransformList(TransformUse::augment)) {
    // The preview stays where it is while what it shows is scrolled to and changed.
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    m_previewBox = makePreview();
    outer->addWidget(m_previewBox);
    auto* fields = new QWidget;
    fields->setProperty("role", "surface");
    fields->setAttribute(Qt::WA_StyledBackground);
    auto* area = new QScrollArea;
    area->setObjectName(QStringLiteral("dataFields"));
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setMinimumHeight(leastFieldsHeight);
    area->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Ignored);  // else the inspector scrolls around it as well
    area->setWidget(fields);
    outer->addWidget(area, 1);

    auto* layout = new QVBoxLayout(fields);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addWidget(makeLabel(tr("Split"), "section"));
    layout->addWidget(m_bar);
    m_split->setObjectName(QStringLiteral("splitSummary"));
    layout->addWidget(m_split);
    layout->addSpacing(16);
    layout->addWidget(makeLabel(tr("Training size"), "section"));

    m_size->setObjectName(QStringLiteral("trainingSize"));
    m_size->setAccessibleName(tr("Training size"));
    m_size->setToolTip(
        tr("Every picture is brought to this width × height before training; small is fast. Auto keeps "
           "the pictures' own size when all are equal and at most 64 pixels."));
    m_size->setEditable(true);
    m_size->setInsertPolicy(QComboBox::NoInsert);
    for (const int side : {0, 28, 32, 48, 64, 96, 128, 224}) m_size->addItem(sizeText(side, side));
    connect(m_size, &QComboBox::currentTextChanged, this, &DataSettings::readSize);
    m_channels->setObjectName(QStringLiteral("channels"));
    m_channels->setAccessibleName(tr("Colour"));
    m_channels->setToolTip(tr("Grey pictures train three times as little input; auto is grey when every picture is."));
    m_channels->addItem(tr("auto"), 0);
    m_channels->addItem(tr("grey"), 1);
    m_channels->addItem(tr("colour"), 3);
    connect(m_channels, &QComboBox::currentIndexChanged, this,
            [this] { m_project.setChannels(m_channels->currentData().toInt()); });

    auto* grid = new QGridLayout;
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(0, 1);
    int row = 0;
    for (const auto& [text, field] : {std::pair<QString, QWidget*>{tr("Size"), m_size}, {tr("Colour"), m_channels}}) {
        QLabel* label = makeLabel(text, "muted");
        label->setBuddy(field);
        field->setFixedWidth(fieldWidth);
        grid->addWidget(label, row, 0);
        grid->addWidget(field, row++, 1);
    }
    layout->addLayout(grid);
    m_sizeError->setObjectName(QStringLiteral("sizeError"));
    m_sizeError->hide();
    layout->addWidget(m_sizeError);
    m_result->setObjectName(QStringLiteral("sizeResult"));
    layout->addWidget(m_result);
    for (TransformList* list : {m_preprocess, m_augment}) {
        layout->addSpacing(8);
        layout->addWidget(list);
        connect(list, &TransformList::changed, this, [this](const QString& what, const QString& mergeKey) {
            m_project.editTransforms(m_preprocess->specs(), m_augment->specs(), what, mergeKey);
        });
    }
    layout->addStretch();

    connect(&project, &Project::planChanged, this, &DataSettings::refresh);
    refresh();
}

void DataSettings::readSize() {
    const std::optional<QSize> size = parseSize(m_size->currentText());
    m_sizeError->setText(tr("Write a size like 96 or 96 × 64, up to %1, or auto.").arg(largestSide));
    m_sizeError->setVisible(!size);
    setStyled(*m_size, "invalid", !size);
    if (!size) return;
    m_shownSize = *size;
    m_project.setTrainingSize(size->width(), size->height());
}

/// What was undone, or came with a project. What is being typed stays as it is.
void DataSettings::showWishes() {
    const DataSpec& wishes = m_project.data();
    if (const QSize size(wishes.width, wishes.height); size != m_shownSize) {
        m_shownSize = size;
        m_size->setCurrentText(sizeText(size.width(), size.height()));
    }
    m_channels->setCurrentIndex(m_channels->findData(wishes.channels));
    m_preprocess->setSpecs(wishes.preprocess);
    m_augment->setSpecs(wishes.augment);
}

void DataSettings::refresh() {
    const OpenDataset* dataset = m_project.dataset();
    m_bar->set(dataset ? dataset->train : 0, dataset ? dataset->validation : 0, dataset ? dataset->test : 0);
    if (dataset) {
        const auto count = [](std::size_t n) { return formatCount(std::int64_t(n)); };
        const QString how =
            dataset->index->preSplit ? tr("as the folder has it") : tr("seed %1").arg(m_project.splitOptions().seed);
        m_split->setText(tr("train %1 · val %2 · test %3 · %4")
                             .arg(count(dataset->train), count(dataset->validation), count(dataset->test), how));
    } else {
        m_split->setText(tr("Open a folder to see how its pictures are dealt out to training, validation and test."));
    }
    const Shape shape = m_project.inputShape();
    QString result = tr("Pictures go in as %1.").arg(formatShape(shape));
    if (dataset) {
        const std::int64_t bytes = cacheFileBytes(dataset->index->samples.size(), previewed());
        const std::int64_t limit = intParam(m_project.settings(), "cache") * megabyte;
        result += QLatin1Char(' ') +
                  (limit == 0       ? tr("Prepared, they take %1; the picture cache is off.").arg(formatBytes(bytes))
                   : bytes <= limit ? tr("Prepared once, they take %1 of disk.").arg(formatBytes(bytes))
                                    : tr("Prepared, they take %1, and the picture cache may take %2: the rest is "
                                         "decoded in every epoch. The training settings have the limit.")
                                          .arg(formatBytes(bytes), formatBytes(limit)));
    }
    m_result->setText(result);
    showWishes();
    refreshPreview();
}

QWidget* DataSettings::makePreview() {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(16, 16, 16, 8);
    layout->setSpacing(4);
    QPushButton* another =
        makeButton("previewAnother", tr("Another"), tr("Show the preview of another picture"), "link");
    connect(another, &QPushButton::clicked, this, &DataSettings::showAnotherPicture);
    auto* head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("Preview"), "section"), 1);
    head->addWidget(another);
    layout->addLayout(head);
    layout->addWidget(m_preview);
    m_previewName->setObjectName(QStringLiteral("previewName"));
    layout->addWidget(m_previewName);
    layout->addSpacing(4);
    layout->addWidget(makeRule());
    return box;
}

void DataSettings::showAnotherPicture() {
    ++m_previewed;
    refreshPreview();
}

Preprocess DataSettings::previewed() const {
    const DataSpec& wishes = m_project.data();
    const OpenDataset* dataset = m_project.dataset();
    const Shape shape =
        dataset ? trainingShape(wishes, dataset->size, dataset->index->grey) : trainingShape(wishes, {}, false);
    Preprocess preprocess;
    preprocess.height = int(shape[0]);
    preprocess.width = int(shape[1]);
    preprocess.channels = int(shape[2]);
    preprocess.steps = wishes.preprocess;
    preprocess.augment = wishes.augment;
    return preprocess;
}

void DataSettings::refreshPreview() {
    const OpenDataset* dataset = m_project.dataset();
    m_previewBox->setVisible(dataset);
    if (!dataset || dataset->index->samples.empty()) {
        m_preview->clear();
        m_previewName->setText({});
        return;
    }
    // Far from each other, so that other classes come soon; the same ones every time.
    const std::size_t count = dataset->index->samples.size();
    const auto sample = std::uint32_t(splitMix(m_previewed) % count);
    const Sample& chosen = dataset->index->samples[sample];
    m_previewName->setText(QString::fromStdString(displayPath(chosen.path)));
    const ParamMap& settings = m_project.settings();
    // From the other end, where another class is.
    const Sample& partner = dataset->index->samples[count - 1 - sample];
    m_preview->show({.path = dataset->index->absolutePath(chosen),
                     .preprocess = previewed(),
                     .seed = std::uint64_t(intParam(settings, "seed")),
                     .sample = sample,
                     .mixing = {realParam(settings, "mixup"), realParam(settings, "cutmix")},
                     .partner = dataset->index->absolutePath(partner)});
}

}  // namespace lemnos
