"""Rules that turn gradients into steps; each equals its namesake in ``torch.optim``, step by step."""

import numpy as np

from lstm_edu.shapes import ShapeError, check_positive


class Optimizer:
    """Holds the live arrays that it trains; ``step(grads)`` moves them in place.

    Gradients of names that it does not hold are ignored: to freeze part of a
    model, leave that part out of ``parameters``.

    Attributes
    ----------
    parameters : dict of str to ndarray
    lr : float
        May be changed between steps, which is all that a schedule is.
    """

    def __init__(self, parameters, lr, weight_decay):
        self.parameters = dict(parameters)
        self.lr, self.weight_decay, self.steps = lr, weight_decay, 0
        if not self.parameters:
            raise ValueError(
                "`parameters` is empty: there is nothing to train. Pass model.named_parameters()."
            )
        for name, array in self.parameters.items():
            if not isinstance(array, np.ndarray) or not np.issubdtype(array.dtype, np.floating):
                kind = getattr(array, "dtype", type(array).__name__)
                raise TypeError(f"parameter `{name}` should be an array of floats but is {kind}.")
        check_positive(lr=lr)
        check_range("weight_decay", weight_decay, weight_decay >= 0, "0 or greater")

    def zeros(self):
        """Return one array of zeros for each parameter."""
        return {name: np.zeros_like(array) for name, array in self.parameters.items()}

    def step(self, grads):
        """Move every parameter in place, once.

        Parameters
        ----------
        grads : dict of str to ndarray
            One gradient for each parameter, as ``model.backward`` returns them.

        Raises
        ------
        ValueError
            If a gradient is missing; nothing has moved then.
        ShapeError
            If a gradient does not have the shape of its parameter; nothing has moved then.
        """
        self.check(grads)
        self.steps += 1
        for name, parameter in self.parameters.items():
            self.move(name, parameter, grads[name])

    def check(self, grads):
        """Raise unless every parameter has a gradient of its shape."""
        missing = [name for name in self.parameters if name not in grads]
        if missing:
            raise ValueError(
                f"`grads` lacks {', '.join(missing)}; it holds {', '.join(grads) or 'nothing'}. "
                "A parameter that should stay as it is does not belong in the optimiser."
            )
        for name, parameter in self.parameters.items():
            if np.shape(grads[name]) != parameter.shape:
                raise ShapeError(
                    f"the gradient of `{name}` should have shape {parameter.shape} "
                    f"but has shape {np.shape(grads[name])}."
                )


class SGD(Optimizer):
    """Gradient descent, with an optional memory of the direction so far.

    Parameters
    ----------
    parameters : iterable of (str, ndarray), or dict
        ``model.named_parameters()``.
    lr : float
        Learning rate, greater than 0.
    momentum : float, default=0.0
        How much of the last step's velocity is kept, 0 up to 1.
    weight_decay : float, default=0.0
        Adds ``weight_decay`` times the parameter to its gradient.

    Raises
    ------
    ValueError, TypeError
        If a setting is out of range, or a parameter not an array of floats.

    References
    ----------
    Sutskever et al. (2013), in the form of ``torch.optim.SGD`` without dampening.
    """

    def __init__(self, parameters, lr, *, momentum=0.0, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        check_range("momentum", momentum, 0 <= momentum < 1, "at least 0 and below 1")
        self.momentum = momentum
        self.velocity = self.zeros()

    def move(self, name, parameter, grad):
        """Push the velocity along the gradient, and the parameter against the velocity."""
        grad = grad + self.weight_decay * parameter
        velocity = self.velocity[name]
        velocity *= self.momentum
        velocity += grad
        parameter -= self.lr * velocity


class Adam(Optimizer):
    """Steps of about ``lr`` in every coordinate, whatever the scale of its gradient.

    Parameters
    ----------
    parameters : iterable of (str, ndarray), or dict
        ``model.named_parameters()``.
    lr : float, default=1e-3
        Learning rate, greater than 0.
    betas : (float, float), default=(0.9, 0.999)
        How much of the running mean, and of the running mean square, is kept; 0 up to 1.
    eps : float, default=1e-8
        Added to the denominator, greater than 0.
    weight_decay : float, default=0.0
        Adds ``weight_decay`` times the parameter to its gradient; see ``AdamW``.

    Raises
    ------
    ValueError, TypeError
        If a setting is out of range, or a parameter not an array of floats.

    References
    ----------
    Kingma and Ba (2015).
    """

    def __init__(self, parameters, lr=1e-3, *, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        for k, beta in enumerate(betas):
            check_range(f"betas[{k}]", beta, 0 <= beta < 1, "at least 0 and below 1")
        check_positive(eps=eps)
        self.betas, self.eps = betas, eps
        self.mean, self.mean_square = self.zeros(), self.zeros()

    def move(self, name, parameter, grad):
        """Add the decay to the gradient, then adapt the step to its size."""
        self.adapt(name, parameter, grad + self.weight_decay * parameter)

    def adapt(self, name, parameter, grad):
        """Move against the running mean, divided by the running size; letters as in the paper."""
        (beta_1, beta_2), t = self.betas, self.steps
        m, v = self.mean[name], self.mean_square[name]
        m *= beta_1
        m += (1 - beta_1) * grad
        v *= beta_2
        v += (1 - beta_2) * grad**2
        m_hat = m / (1 - beta_1**t)  # both means start at 0: undo that pull
        v_hat = v / (1 - beta_2**t)
        parameter -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


class AdamW(Adam):
    """Adam whose weight decay shrinks the weights themselves, not their gradient.

    Parameters
    ----------
    parameters, lr, betas, eps
        As in ``Adam``.
    weight_decay : float, default=1e-2
        Each step first multiplies every parameter by 1 − lr · weight_decay.

    Raises
    ------
    ValueError, TypeError
        If a setting is out of range, or a parameter not an array of floats.

    References
    ----------
    Loshchilov and Hutter (2019).
    """

    def __init__(self, parameters, lr=1e-3, *, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(parameters, lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def move(self, name, parameter, grad):
        """Shrink the parameter itself, then adapt the step to its gradient alone."""
        parameter *= 1 - self.lr * self.weight_decay
        self.adapt(name, parameter, grad)


def check_range(name, number, fits, wanted):
    """Raise ``ValueError`` unless ``fits``; NaN never does."""
    if not fits:
        raise ValueError(f"`{name}` should be {wanted} but is {number}.")
