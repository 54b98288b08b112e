// Where the asymmetry of an influence matrix comes from: from how much each sample learns, or from
// the kernel between them.
//
//   const Asymmetry asymmetry = decompose_asymmetry(matrix);
//   asymmetry.from_losses;  // share of ‖E − Eᵀ‖² that a factor per sample accounts for
//
// To first order EIF(i→j) = η ⟨g_i, h_j⟩, where g_i is the gradient of what training on i descends
// and h_j that of the loss of j (Eq. 1–3). Where both are one and the same loss, E is symmetric,
// however different the losses' residuals are: E_ij = η r_iᵀ K_ij r_j. Where training on i descends
// c_i times its loss (a sample of several statements takes several steps), row i is c_i times that
// of a symmetric matrix: E = D S. So
//
//   nearest row-scaled symmetric matrix    f(d) = min over S = Sᵀ of ‖E − diag(d) S‖²
//                                               = Σ_{i<j} (d_j E_ij − d_i E_ji)² / (d_i² + d_j²)
//   all asymmetry                          f(1) = ‖E − Eᵀ‖² / 4
//   what the losses account for            1 − min_d f(d) / f(1)
//   what is left to the kernel             min_d f(d) / f(1)
//
// A factor per column is the same as one per row: S times D on the right is D⁻¹ (D S D) on the
// left. All are over i ≠ j; the diagonal of E fits any D.
//
// Matrices are square, their rows and columns the same samples in the same order. A cell that is
// NaN makes the result NaN.
#pragma once

#include "eif/matrix.h"

namespace eif {

// Shares of ‖E − Eᵀ‖², which add up to 1; both are 0 where E is symmetric.
//
// n samples have n − 1 free factors for n(n−1)/2 pairs: of asymmetry that is mere noise, the losses
// seem to account for about 2/n.
struct Asymmetry {
  double from_losses = Matrix::kUnmeasured;
  double from_kernel = Matrix::kUnmeasured;
};

Asymmetry decompose_asymmetry(const Matrix& matrix);

// E_ij / √(E_ii E_jj): to first order the cosine of two gradients, in which the size of a loss and
// its residual have no part. Samples whose influence on themselves is not above 0 are left out.
Matrix normalised_kernel(const Matrix& matrix);

}  // namespace eif
