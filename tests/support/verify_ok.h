// VERIFY_OK: a QVERIFY of a Status or Result that says the error.
#pragma once

#include <QtTest>

/// Evaluates its argument once.
#define VERIFY_OK(...)                                                             \
    do {                                                                           \
        const auto& outcome_ = (__VA_ARGS__);                                      \
        QVERIFY2(outcome_.ok(), outcome_ ? "" : outcome_.error().message.c_str()); \
    } while (false)
