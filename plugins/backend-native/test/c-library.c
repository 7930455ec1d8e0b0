// Calls the library as JavaScript does and compares with loops in double: `c-library.test.ts` compiles it for this machine and for ARM.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

extern const char *fastap_use_isa(const char *wanted);
extern void fastap_set_threads(int threads);
extern double fastap_products(char *base, const int32_t *job);
extern double fastap_conv_forward(char *base, const int32_t *job);
extern double fastap_conv_filter_grad(char *base, const int32_t *job);
extern double fastap_conv_input_grad(char *base, const int32_t *job);
extern double fastap_depthwise_forward(char *base, uint32_t geometry, uint32_t x, uint32_t filter, uint32_t y, uint32_t scratch);
extern double fastap_unary(char *base, int op, uint32_t x, uint32_t out, int count, double alpha);

static float heap[1 << 20];
static double worst;

/** Floats of the heap: two operands, a third and a result. */
enum { A = 1024, B = 1 << 18, C = 2 << 18, OUT = 3 << 18 };
#define AT(i) (4 * (i))

static void fill(int at, int count, double seed) {
  for (int i = 0; i < count; i++) heap[at + i] = (float)(sin((i + 1) * 12.9898 + seed) * cos(0.37 * i * i + seed));
}

static void compare(const char *what, const double *want, int at, int count) {
  double scale = 1, off = 0;
  for (int i = 0; i < count; i++) scale = fmax(scale, fabs(want[i]));
  for (int i = 0; i < count; i++) {
    const double difference = fabs(heap[at + i] - want[i]) / scale;
    if (!(difference <= off)) off = difference;
  }
  if (!(off <= worst)) worst = off;
  if (!(off < 1e-5)) printf("%s is off by %g\n", what, off);
}

static double want[1 << 16];

static void products(int rows, int columns, int depth, int left_transposed, int right_transposed) {
  const int left_stride = left_transposed ? rows : depth, right_stride = right_transposed ? depth : columns;
  const int32_t job[] = {1, rows, columns, depth, left_stride, left_transposed, right_stride, right_transposed, rows, columns, 1, AT(A), AT(B), AT(OUT)};
  fill(A, rows * depth, 1);
  fill(B, depth * columns, 2);
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++) {
      double sum = 0;
      for (int k = 0; k < depth; k++)
        sum += (double)heap[A + (left_transposed ? k * rows + r : r * depth + k)] * heap[B + (right_transposed ? c * depth + k : k * columns + c)];
      want[r * columns + c] = sum;
    }
  fastap_products((char *)heap, job);
  compare("a product", want, OUT, rows * columns);
}

/** batch, height, width, in, out height, out width, out, filter height and width, strides, dilations, paddings; into `job` from 4. */
static void convolution(const int32_t shape[15], int depthwise) {
  const int batch = shape[0], h = shape[1], w = shape[2], in = shape[3], oh = shape[4], ow = shape[5], out = shape[6], kh = shape[7], kw = shape[8];
  const int x_size = batch * h * w * in, f_size = kh * kw * (depthwise ? out : in * out), y_size = batch * oh * ow * out;
  static double y[1 << 16], dx[1 << 16], df[1 << 16];
  memset(y, 0, sizeof y);
  memset(dx, 0, sizeof dx);
  memset(df, 0, sizeof df);
  fill(A, x_size, 3);
  fill(B, f_size, 4);
  fill(C, y_size, 5);
  for (int o = 0; o < y_size; o++)
    for (int k = 0; k < kh * kw * (depthwise ? 1 : in); k++) {
      const int channel = depthwise ? o % out / (out / in) : k % in, tap = depthwise ? k : k / in;
      const int row = o / out / ow % oh * shape[9] + tap / kw * shape[11] - shape[13], column = o / out % ow * shape[10] + tap % kw * shape[12] - shape[14];
      if (row < 0 || row >= h || column < 0 || column >= w) continue;
      const int i = ((o / out / ow / oh * h + row) * w + column) * in + channel, j = depthwise ? tap * out + o % out : k * out + o % out;
      y[o] += (double)heap[A + i] * heap[B + j];
      dx[i] += (double)heap[C + o] * heap[B + j];
      df[j] += (double)heap[A + i] * heap[C + o];
    }
  if (depthwise) {
    memcpy(heap, shape, 15 * sizeof *shape);
    fastap_depthwise_forward((char *)heap, 0, AT(A), AT(B), AT(OUT), AT(512));
    compare("a depthwise convolution", y, OUT, y_size);
    return;
  }
  int32_t job[19] = {AT(A), AT(B), AT(OUT), 0};
  memcpy(job + 4, shape, 15 * sizeof *shape);
  fastap_conv_forward((char *)heap, job);
  compare("a convolution", y, OUT, y_size);
  job[1] = AT(C);
  fastap_conv_filter_grad((char *)heap, job);
  compare("the gradient of a filter", df, OUT, f_size);
  job[0] = AT(C);
  job[1] = AT(B);
  fastap_conv_input_grad((char *)heap, job);
  compare("the gradient of an image", dx, OUT, x_size);
}

int main(void) {
  printf("%s\n", fastap_use_isa(""));
  fastap_set_threads(2);
  for (int mode = 0; mode < 4; mode++) {
    products(7, 19, 5, mode & 1, mode >> 1);
    products(67, 131, 90, mode & 1, mode >> 1);
  }
  convolution((const int32_t[]){2, 9, 8, 5, 9, 8, 37, 3, 3, 1, 1, 1, 1, 1, 1}, 0);
  convolution((const int32_t[]){7, 11, 9, 3, 5, 4, 20, 3, 2, 2, 2, 1, 1, 0, 0}, 0);
  convolution((const int32_t[]){2, 12, 12, 4, 8, 8, 9, 3, 3, 1, 1, 2, 2, 0, 0}, 0);
  convolution((const int32_t[]){2, 9, 8, 21, 9, 8, 21, 3, 3, 1, 1, 1, 1, 1, 1}, 1);
  convolution((const int32_t[]){2, 9, 8, 5, 5, 4, 15, 3, 3, 2, 2, 1, 1, 1, 1}, 1);
  fill(A, 999, 6);
  fastap_unary((char *)heap, 2, AT(A), AT(OUT), 999, 0);
  for (int i = 0; i < 999; i++) want[i] = exp(heap[A + i]);
  compare("exp", want, OUT, 999);
  fastap_unary((char *)heap, 3, AT(A), AT(OUT), 999, 0);
  for (int i = 0; i < 999; i++) want[i] = tanh(heap[A + i]);
  compare("tanh", want, OUT, 999);
  printf("%g\n", worst);
  return !(worst < 1e-5);
}
