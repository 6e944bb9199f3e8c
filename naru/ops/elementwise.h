// The formulas of the elementwise functions: once, for SIMD and, later, CUDA. No include guard and no includes: a
// kernel file includes it in its own namespace, once per instruction set; V is a number or a vector of them, with max,
// greater, exp, tanh, sigmoid and erf. `derivative` takes y where `from_output`, else x.

struct Identity {
  static constexpr bool from_output = true;
  template <class V>
  static V forward(V x) {
    return x;
  }
  template <class V>
  static V derivative(V /*y*/) {
    return V(1);
  }
};

struct Relu {
  static constexpr bool from_output = true;
  template <class V>
  static V forward(V x) {
    return max(V(0), x);
  }
  template <class V>
  static V derivative(V y) {
    return greater(y, V(0));
  }
};

/// Gaussian error linear unit, tanh form (Hendrycks and Gimpel 2016): x (1 + tanh u) / 2 = x sigmoid(2u), which keeps
/// its digits far below 0.
struct Gelu {
  static constexpr bool from_output = false;
  static constexpr float k = 0.7978845608f, c = 0.044715f;  // k = sqrt(2 / pi)
  template <class V>
  static V share(V x) {
    return sigmoid(V(2 * k) * x * (V(1) + V(c) * x * x));
  }
  template <class V>
  static V forward(V x) {
    return x * share(x);
  }
  template <class V>
  static V derivative(V x) {
    const V s = share(x);
    return s + V(2 * k) * x * s * (V(1) - s) * (V(1) + V(3 * c) * x * x);
  }
};

/// The same, exact: x Φ(x).
struct GeluErf {
  static constexpr bool from_output = false;
  template <class V>
  static V normal_below(V x) {
    return V(0.5) * (V(1) + erf(V(0.7071067812) * x));
  }
  template <class V>
  static V forward(V x) {
    return x * normal_below(x);
  }
  template <class V>
  static V derivative(V x) {
    return normal_below(x) + V(0.3989422804) * x * exp(V(-0.5) * x * x);
  }
};

struct Silu {
  static constexpr bool from_output = false;
  template <class V>
  static V forward(V x) {
    return x * sigmoid(x);
  }
  template <class V>
  static V derivative(V x) {
    const V s = sigmoid(x);
    return s * (V(1) + x * (V(1) - s));
  }
};

struct Tanh {
  static constexpr bool from_output = true;
  template <class V>
  static V forward(V x) {
    return tanh(x);
  }
  template <class V>
  static V derivative(V y) {
    return V(1) - y * y;
  }
};

struct Sigmoid {
  static constexpr bool from_output = true;
  template <class V>
  static V forward(V x) {
    return sigmoid(x);
  }
  template <class V>
  static V derivative(V y) {
    return y * (V(1) - y);
  }
};

/// The one list: calls f with the formula of `activation`.
template <class F>
auto with_formula(Activation activation, F f) {
  switch (activation) {
    case Activation::relu: return f(Relu());
    case Activation::gelu: return f(Gelu());
    case Activation::gelu_erf: return f(GeluErf());
    case Activation::silu: return f(Silu());
    case Activation::tanh: return f(Tanh());
    case Activation::sigmoid: return f(Sigmoid());
    case Activation::none: break;
  }
  return f(Identity());
}
