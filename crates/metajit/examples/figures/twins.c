/* The programs of the comparison in C: sums of integers are checked, as the language checks them.
   Usage: twins NAME ARGUMENT; prints nanoseconds and the result. */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline long add(long a, long b) {
    long sum;
    if (__builtin_add_overflow(a, b, &sum)) abort();
    return sum;
}

static inline long mul(long a, long b) {
    long product;
    if (__builtin_mul_overflow(a, b, &product)) abort();
    return product;
}

static long sum(long n) {
    long total = 0;
    for (long i = 0; i < n; i++) total = add(total, i);
    return total;
}

static long mandelbrot(long n) {
    long total = 0;
    for (long y = 0; y < n; y++)
        for (long x = 0; x < n; x++) {
            double cr = x * (2.0 / 600.0) - 1.5, ci = y * (2.0 / 600.0) - 1.0, zr = 0, zi = 0;
            long step = 0;
            while (step < 50) {
                double zr2 = zr * zr, zi2 = zi * zi;
                if (4.0 < zr2 + zi2) break;
                double t = zr * zi;
                zi = t + t + ci;
                zr = zr2 - zi2 + cr;
                step++;
            }
            total = add(total, step);
        }
    return total;
}

static double a[90000], b[90000], c[90000];

static long matmul(long n) {
    for (long i = 0; i < n * n; i++) a[i] = b[i] = 0.5;
    for (long i = 0; i < n; i++)
        for (long j = 0; j < n; j++) {
            double s = 0;
            for (long k = 0; k < n; k++) s += a[add(mul(i, n), k)] * b[add(mul(k, n), j)];
            c[add(mul(i, n), j)] = s;
        }
    return 0;
}

static inline long callee(long x) { return add(x, 3) & 255; }

static long calls(long n) {
    long total = 0;
    for (long i = 0; i < n; i++) total = add(total, callee(callee(i)));
    return total;
}

static long branch(long n) {
    long total = 0;
    for (long i = 0; i < n; i++) {
        if ((i & 1) == 1)
            total = add(total, i);
        else
            total = add(total, 1) & 0xffffffff;
    }
    return total;
}

struct pair {
    long first, second;
};

static long objects(long n) {
    long total = 0;
    for (long i = 0; i < n; i++) {
        struct pair pair = {i, total};
        total = add(total, pair.first);
    }
    return total;
}

static long generators(long n) {
    long total = 0;
    for (long i = 0; i < n; i++) total = add(total, add(i, i) & 0xffff);
    return total;
}

static long fib(long n) { return n < 2 ? n : add(fib(add(n, -1)), fib(add(n, -2))); }

static const struct {
    const char *name;
    long (*run)(long);
} twins[] = {{"sum", sum},       {"mandelbrot", mandelbrot}, {"matmul", matmul},         {"calls", calls},
             {"branch", branch}, {"objects", objects},       {"generators", generators}, {"fib", fib}};

int main(int argc, char **argv) {
    for (unsigned i = 0; argc == 3 && i < sizeof twins / sizeof *twins; i++)
        if (strcmp(twins[i].name, argv[1]) == 0) {
            struct timespec start, end;
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
            long result = twins[i].run(atol(argv[2]));
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
            printf("%ld %ld\n", (end.tv_sec - start.tv_sec) * 1000000000L + end.tv_nsec - start.tv_nsec, result);
            return 0;
        }
    return 2;
}
