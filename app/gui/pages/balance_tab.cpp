#include "app/gui/pages/balance_tab.h"

#include <QCheckBox>
#include <algorithm>

#include "app/gui/format.h"
#include "app/gui/project.h"
#include "app/gui/widgets/balance_chart.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

namespace {

/// From here on the small classes are hard to see beside the large ones.
constexpr double wideRatio = 20;
/// Up to here training takes no harm.
constexpr double evenRatio = 1.5;

QString sentenceFor(const OpenDataset& dataset) {
    const auto [least, most] = std::ranges::minmax_element(dataset.classCounts);
    const auto nameOf = [&](auto at) {
        return QString::fromStdString(dataset.index->classes[std::size_t(at - dataset.classCounts.begin())]);
    };
    const double ratio = double(*most) / double(std::max<std::size_t>(*least, 1));
    if (ratio <= evenRatio) return BalanceTab::tr("The classes are about even.");
    const QString text = BalanceTab::tr("“%3” has %4 images, %5 times as many as “%1” with %2.")
                             .arg(nameOf(least), formatCount(std::int64_t(*least)), nameOf(most),
                                  formatCount(std::int64_t(*most)), QLocale().toString(ratio, 'g', 3));
    return text + QLatin1Char(' ') +
           BalanceTab::tr("With class weights (Train page), small classes count as much as large ones.");
}

}  // namespace

BalanceTab::BalanceTab(Project& project, QWidget* parent)
    : QWidget(parent),
      m_project(project),
      m_summary(makeParagraph({}, "small")),
      m_logarithmic(new QCheckBox(tr("Logarithmic"))),
      m_chart(new BalanceChart) {
    m_summary->setObjectName(QStringLiteral("balanceSummary"));
    m_logarithmic->setObjectName(QStringLiteral("balanceLogarithmic"));
    m_logarithmic->setAccessibleName(m_logarithmic->text());
    m_logarithmic->setToolTip(tr("Each line across stands for ten times as many images"));
    auto* head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(m_summary, 1);
    head->addWidget(m_logarithmic);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addWidget(m_chart, 1);

    connect(m_logarithmic, &QCheckBox::toggled, m_chart, &BalanceChart::setLogarithmic);
    connect(m_chart, &BalanceChart::classChosen, this, &BalanceTab::classChosen);
    connect(&project, &Project::datasetChanged, this, &BalanceTab::showDataset);
    m_chart->setLogarithmic(false);
}

void BalanceTab::showDataset() {
    const OpenDataset& dataset = *m_project.dataset();
    m_chart->setDataset(&dataset);
    if (dataset.classCounts.empty()) return;
    m_summary->setText(sentenceFor(dataset));
    const auto [least, most] = std::ranges::minmax_element(dataset.classCounts);
    m_logarithmic->setChecked(double(*most) >= wideRatio * double(std::max<std::size_t>(*least, 1)));
}

}  // namespace lemnos
