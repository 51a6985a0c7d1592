"""What students hand in, written from the prompts alone: each wrong one with the slip it contains."""

import numpy as np

from attempts import Attempt

WRONG = []
RIGHT = []


def wrong(exercise, slip, named_by):
    """Put the decorated function among the wrong attempts."""

    def add(answer):
        WRONG.append(Attempt(exercise, slip, named_by, answer))
        return answer

    return add


def right(exercise):
    """Put the decorated function among the right attempts."""

    def add(answer):
        RIGHT.append(Attempt(exercise, "", "", answer))
        return answer

    return add


def logistic(a):
    return 0.5 + 0.5 * np.tanh(a / 2)


# Wrong: the idea


@wrong(
    "lstm.FORGET_GATE_GRADIENT",
    "The slope of the sigmoid, f (1 - f), is missing: this is the gradient of f, not of its pre-activation.",
    r"slope|derivative of (the )?(sigmoid|logistic|squash)|f ?[*·×]? ?\(1 ?[-−–] ?f\)"
    r"|(through|before|undo|past) the (sigmoid|logistic|squash)|gradient of (the gate|f)\b.{0,40}not"
    r"|chain rule",
)
def da_f_without_slope(dc, c_prev, f):
    df = dc * c_prev
    return df


@wrong(
    "lstm.CELL_STATE_GRADIENT",
    "The slope of tanh is taken as 1 - c² instead of 1 - tanh² c: c has not been squashed yet.",
    r"1 ?[-−–] ?tanh|tanh\(c\)|tanh² ?\(?c|tanh of c|1 ?[-−–] ?c ?(²|\*\*|\^)"
    r"|c (is|has) not (been |yet )*squashed"
    r"|slope.{0,60}(not|instead|rather).{0,20}c\b|squash(ed)? c",
)
def dc_total_from_raw_c(dh, dc, o, c):
    return dc + dh * o * (1 - c**2)


@wrong(
    "lstm.SPLIT_GATES",
    "The blocks are read in the order i, f, o, g, so that the candidate and the output gate change places.",
    r"\border\b|i, ?f, ?[go]|ifgo|ifog|swap|chang\w* places|interchang|exchang|mixed up"
    r"|(third|last|fourth) block",
)
def gates_in_another_order(a):
    H = a.shape[1] // 4
    i = logistic(a[:, :H])
    f = logistic(a[:, H : 2 * H])
    o = logistic(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    return i, f, g, o


@wrong(
    "lstm_gradient.DC_OVER_TIME",
    "What comes back from step t + 1 is multiplied with f of step t, not with f of step t + 1.",
    r"f\[t ?\+ ?1\]|f_?\(?\{?t ?\+ ?1"
    r"|(forget gate|\bf) of (the )?(step )?(next|later|following|t ?\+|step t ?\+)"
    r"|(next|later|following) step'?s?.{0,25}(forget gate|\bf\b)|(one|a) step (too )?(early|late|off)"
    r"|(own|same) step'?s? (forget gate|f\b)|forget gate.{0,40}(same|own|wrong|later|next|following) step"
    r"|shift"
    r"|\bf (at|from|of) (the )?(step )?(t ?\+ ?1|next|after|later|following)|f of the step after",
)
def dc_over_time_own_forget_gate(dh, f, o, c):
    local = dh * o * (1 - np.tanh(c) ** 2)
    dc = np.zeros_like(c)
    dc_next = np.zeros(c.shape[1])
    for t in reversed(range(len(c))):
        dc[t] = local[t] + f[t] * dc_next
        dc_next = dc[t]
    return dc


@wrong(
    "lstm_gradient.ONE_STEP",
    "dc_prev is made from the dc that arrives and not from the complete dc, so the part through h is lost.",
    r"(complete|total|whole|full|sum of).{0,30}(dc|gradient|cell state)"
    r"|dc_prev.{0,60}(complete|total|arriv|incomplete)"
    r"|(part|path|way|road|term|share)\b.{0,30}(through|along|from|by way of|via|over) (the )?(d?h\b|hidden"
    r"|output|tanh)"
    r"|dh ?[*·×] ?o|equation \(?[68]\)?|before (adding|it was added)|add.{0,30}first",
)
def step_back_incomplete_dc_prev(dh, dc, c_prev, i, f, g, o, c):
    tanh_c = np.tanh(c)
    dc_total = dc + dh * o * (1 - tanh_c**2)
    da_i = dc_total * g * i * (1 - i)
    da_f = dc_total * c_prev * f * (1 - f)
    da_g = dc_total * i * (1 - g**2)
    da_o = dh * tanh_c * o * (1 - o)
    return np.concatenate([da_i, da_f, da_g, da_o], axis=1), dc * f


@wrong(
    "lstm_gradient.ONE_STEP",
    "The candidate g is squashed by tanh, but its slope is taken as that of a sigmoid, g (1 - g).",
    r"1 ?[-−–] ?g ?(²|\*\*|\^|\*)|g ?[*·×]? ?\(1 ?[-−–] ?g\)"
    r"|(candidate|\bg\b|da_g|third block).{0,60}(tanh|slope|sigmoid)"
    r"|(tanh|slope|sigmoid).{0,60}(candidate|\bg\b|da_g|third block)",
)
def step_back_sigmoid_slope_for_g(dh, dc, c_prev, i, f, g, o, c):
    tanh_c = np.tanh(c)
    dc = dc + dh * o * (1 - tanh_c**2)
    da = [
        dc * g * i * (1 - i),
        dc * c_prev * f * (1 - f),
        dc * i * g * (1 - g),
        dh * tanh_c * o * (1 - o),
    ]
    return np.hstack(da), dc * f


@wrong(
    "lstm_gradient.RECURRENT_WEIGHTS",
    "Each da is paired with the h of its own step instead of the h of the step before.",
    r"(previous|old|preceding|earlier) (h\b|hidden|state)|h_prev|h_0|(state|h\b|step|one).{0,20}before"
    r"|own step|same step"
    r"|shift|off by one|one step (too )?(late|early|ahead|off)"
    r"|(new|after).{0,30}instead of.{0,30}(old|before)",
)
def d_weight_hh_not_shifted(da, h, h_0):
    return np.einsum("btg,bth->gh", da, h)


@wrong(
    "lstm_gradient.RECURRENT_WEIGHTS",
    "The first step, which reads h_0, is left out of the sum.",
    r"h_0|(first|one) step|step (1|one|0|zero)\b|start(ing)? state|initial|before the first|t ?= ?[01]\b",
)
def d_weight_hh_first_step_forgotten(da, h, h_0):
    grad = np.zeros((da.shape[2], h.shape[2]))
    for t in range(1, da.shape[1]):
        grad += da[:, t].T @ h[:, t - 1]
    return grad


@wrong(
    "bug_museum.HANDED_BACK",
    "dc goes back without the factor f, as though the forget gate were open.",
    r"forget gate|factor f\b|(times|by|with|[*·×]) ?f\b|dc ?[*·×] ?f|f ?[*·×] ?(dc|c_prev)|keeps? a share"
    r"|share .{0,20}(keep|kept)"
    r"|share f\b",
)
def handed_back_without_forget_gate(da, dc, f, weight_hh):
    return da @ weight_hh, dc.copy()


@wrong(
    "bug_museum.FLOOR",
    "The loss of equal probabilities, log K, although the right class still gets the score 1 and the others "
    "0.",
    r"log\(?K\)? ?(is|would|belongs)|uniform|equal(ly)? (prob|likely|share|score)"
    r"|all (classes|K).{0,20}(same|equal|alike)"
    r"|exp\(1\)|\be\b ?(\+|/|to)|still (higher|larger|ahead|more|wins|prefer)"
    r"|(score|logit)s?.{0,30}(1 .{0,20}0|one .{0,20}zero)"
    r"|guess|chance|knows nothing|no idea"
    r"|still (has|gets|stands|scores)|higher score",
)
def floor_of_ignorance(K):
    return np.log(K)


@wrong(
    "rnn.D_PREV",
    "The matrix is transposed: row j of weight_hh says what unit j reads, so the way back is da @ weight_hh.",
    r"transpos|wrong way round|\.T\b|rows? (and|for|with|instead of|against) columns?"
    r"|columns? (and|for|instead of) rows?"
    r"|other (index|axis|direction|way)|without the T\b",
)
def d_prev_transposed(dh, h, weight_hh):
    da = dh * (1 - h * h)
    return da @ weight_hh.T


@wrong(
    "rnn.D_PREV",
    "The slope of tanh is multiplied in after the matrix, although it belongs to the new state and comes "
    "first.",
    r"(slope|tanh|1 ?[-−–] ?h).{0,80}(first|before|after|order|then|later|too late)"
    r"|(first|before|after|then).{0,60}(slope|tanh|1 ?[-−–] ?h)"
    r"|order of the two|other order",
)
def d_prev_slope_too_late(dh, h, weight_hh):
    return (dh @ weight_hh) * (1 - h**2)


@wrong(
    "rnn.SUM_OVER_TIME",
    "The products are averaged over the batch, though one matrix used many times gets the sum.",
    r"mean|averag|divid|\bsum\b|summed|adds? up|factor (of )?(1/)?B\b|batch size|too small by"
    r"|number of (sequences|rows)",
)
def weight_ih_gradient_mean(da, x):
    return np.einsum("bth,btd->hd", da, x) / len(x)


@wrong(
    "rnn.D_PREV",
    "h is already the tanh, and here tanh is applied to it once more: the slope is 1 - h².",
    r"already|twice|once more|a second time|second tanh|double|(tanh|squash\w*|slope) (of h )?again"
    r"|1 ?[-−–] ?h ?(²|\*\*|\^|\*)|tanh\(h\)"
    r"|tanh of h\b"
    r"|h is (the|a) (tanh|result|output|value)|pre-activation",
)
def back_with_tanh_twice(d_h, h, U):
    return (d_h * (1 - np.tanh(h) ** 2)) @ U


@wrong(
    "vanishing_gradients.TWO_PATHS",
    "The forget gate multiplies both paths, although the one through h_prev does not pass it.",
    r"forget gate.{0,60}(both|only|one|alone|not|too|also|first)"
    r"|\bf\b.{0,50}(both|only|alone|too|not|also|bracket)"
    r"|(only|both).{0,50}(forget gate|\bf\b)|bracket|parenthes"
    r"|(path|part|term|way|road).{0,30}(h_prev|hidden|dh|output).{0,60}(forget|\bf\b)",
)
def dc_prev_forget_gate_on_both(dc, f, dh_prev, o_prev, c_prev):
    return f * (dc + dh_prev * o_prev * (1 - np.tanh(c_prev) ** 2))


@wrong(
    "vanishing_gradients.BOUND",
    "The largest eigenvalue in size is used, which does not bound the length of one product; the norm does.",
    r"eigenvalue|spectral radius|singular|(spectral|matrix|operator|2-?|two-?)\s?norm|norm of U|ord ?= ?2"
    r"|stretch|svd"
    r"|linalg\.norm",
)
def bound_by_eigenvalue(U, k):
    return np.abs(np.linalg.eigvals(U)).max() ** k


@wrong(
    "vanishing_gradients.JOINT_CLIPPING",
    "Each array is shrunk by its own length, so that the common length may exceed max_norm and the direction "
    "turns.",
    r"separate|(its|their|the) own (length|norm)|jointly|together|common (length|norm|factor)"
    r"|one (length|norm|factor|number)"
    r"|each (array|gradient|one|by|on|of the two|for)|same (factor|scale|number|share)|end to end"
    r"|on (its|their) own|individual"
    r"|direction.{0,30}(turn|chang|not|differ|lost)|length of both|both.{0,20}(in|into|under) one",
)
def clipped_one_by_one(dW, db, max_norm):
    def clip(grad):
        norm = np.sqrt(np.sum(grad**2))
        return grad * (max_norm / norm) if norm > max_norm else grad

    return clip(dW), clip(db)


@wrong(
    "vanishing_gradients.JOINT_CLIPPING",
    "Gradients shorter than max_norm are stretched to max_norm instead of being left alone.",
    r"shorter|short gradient|(smaller|less|below|under|within) (than )?(the |`)?(limit|max|bound)"
    r"|already (short|small|within|below)"
    r"|only (if|when|where|what|shrink)|stretch|lengthen|enlarg|\bgrow|blow|short enough"
    r"|small (gradient|ones|enough)"
    r"|left alone|leave|unchanged|untouched|as (they|it) (are|is|was|were)|min\(1|at most (1|one)\b"
    r"|never (longer|more than 1|above)",
)
def clipped_always(dW, db, max_norm):
    norm = np.sqrt(np.sum(dW**2) + np.sum(db**2))
    scale = max_norm / norm
    return dW * scale, db * scale


@wrong(
    "vanishing_gradients.BIAS_THAT_KEEPS",
    "The fraction in the logarithm is upside down, so the bias has the wrong sign.",
    r"\bsign\b|minus|negative|negated|upside down|invert|reciprocal|turned over|numerator"
    r"|1 ?[-−–] ?f.{0,20}(over|/)|log\(f ?/|logit"
    r"|wrong way round|inverse of (the )?(sigmoid|logistic)|mirror",
)
def bias_with_odds_upside_down(share, steps):
    f = share ** (1 / steps)
    return np.log((1 - f) / f)


@wrong(
    "why_gates.PEEPHOLE",
    "The output gate looks at the old cell state, although its peephole sees the new one.",
    r"\bnew (cell|state|c\b)|\bold (cell|state|c\b)|c_prev"
    r"|(cell state|\bc\b) (after|of this step|before|just)|current c|c_t\b|already been (made|updat)"
    r"|this step'?s (c\b|cell)|fresh|updated",
)
def output_gate_sees_old_c(a_o, p_o, c_prev, c):
    return logistic(a_o + p_o * c_prev)


@wrong(
    "unrolling.BY_LAYER",
    "h_n is cut into halves as though all forward directions came first, but the directions alternate.",
    r"alternat|altern|interleav|every (other|second)|layer by layer|\[0?::2\]|\[1::2\]|halves"
    r"|(first|upper|second) half|in turn"
    r"|(both|two) directions of (a|each|every|the first|one) layer|pairs?\b|forward, backward",
)
def by_layer_halves(h_n):
    L = len(h_n) // 2
    return h_n[:L], h_n[L:]


@wrong(
    "unrolling.CHUNK",
    "The B rows of one chunk lie one behind the other, so that row b goes on where row b - 1 stopped.",
    r"(row|stretch|piece|part|it)s?.{0,60}(continu|goes? on|carr(y|ies) on|one behind|one after|consecutive"
    r"|follow|far apart)"
    r"|(continu|goes? on|carr(y|ies) on|one behind|consecutive|follow).{0,60}(row|chunk|stretch)"
    r"|first (cut|split|divide)|B (long|equal|rows|stretches|parts)"
    r"|N ?(/|//) ?B|reshape\(B|chunk j ?[-−–] ?1|previous chunk",
)
def chunk_rows_one_after_another(series, B, k, j):
    return series.reshape(-1, B, k)[j]


@wrong(
    "unrolling.REACH",
    "The last k steps are taken whatever T is, but the cuts are counted from the start.",
    r"from the (start|beginning|first|front)|(from|at|before) the (end|last)|last k\b"
    r"|cuts?.{0,30}(fall|lie|are|come|after|at|stand)|multiple"
    r"|T ?% ?k|remainder|left over|last (chunk|piece|stretch|segment)|chunk|full k|shorter",
)
def reach_of_last_k(T, k, f):
    dx = np.zeros(T)
    for n in range(min(k, T)):
        dx[T - 1 - n] = f**n
    return dx


@wrong(
    "stock.ECHO",
    "The forecast is compared with the price k days after it instead of k days before.",
    r"k days (after|later|before|earlier|ahead)|days? (after|later)|wrong (direction|way)"
    r"|other (direction|way)|future|shift\w* (the )?(other|wrong|in)|later price"
    r"|swap|price\[: ?-|forecast\[k ?:|looks? ahead|older|leads?\b|wrong sign",
)
def lag_looking_ahead(forecast, price, most):
    n = len(price)
    errors = [np.mean(np.abs(forecast[: n - k] - price[k:])) for k in range(most + 1)]
    return int(np.argmin(errors))


@wrong(
    "stock.SCALE_HONESTLY",
    "One minimum and one maximum for all features together: axis=0 is missing.",
    r"axis|each (feature|column)|every (feature|column)|per (feature|column)|feature'?s? own|column"
    r"|all features|features? together|one (minimum|pair)"
    r"|feature by feature",
)
def scale_all_features_alike(train, test):
    low, high = train.min(), train.max()
    return (train - low) / (high - low), (test - low) / (high - low)


WRONG += [
    Attempt(
        "lstm.PARAMETER_COUNT",
        "Counts two biases for each unit and gate, as PyTorch has, where LSTMCell has one.",
        r"(one|single|1) bias|two bias|(second|other|extra) bias"
        r"|bias(es)?.{0,30}(once|twice|one|two|not two|\b1\b|\b2\b|double)|20 too many|bias_hh|pytorch",
        4 * (5 * 3 + 5 * 5 + 2 * 5),
    ),
    Attempt(
        "rnn.ECHO_BASELINE",
        "Takes half of all answers, and forgets that the first ten targets are known to be 0.",
        r"(first|early) (ten|10)|ten (first )?(steps|targets|answers|zeros)"
        r"|(known|certain|sure|always|free).{0,40}(0|zero|ten|right)"
        r"|number of the step|where there is none|start of|40 (steps|bits|fair)|forty",
        0.5,
    ),
    Attempt(
        "sequences.GAP",
        "Only keeps training targets before the first test target, although the first test window begins "
        "long before.",
        r"test windows?.{0,60}(begin|start|look|reach|row|first|back|touch|own|before)|736|735|first row of"
        r"|window.{0,20}(reaches|looks|goes) back|reaches back|window before"
        r"|inside (the|a) (first )?(test )?window|only the target",
        799,
    ),
]


# Wrong: the program


@wrong(
    "intro.KEEP",
    "It writes into its argument: *= changes the caller's c.",
    r"argument|in[- ]place|\*=|modif|mutat|overwr|caller|chang\w* (your |the |its )?(c\b|input|array)|copy"
    r"|writes? into|leave.{0,30}(as|alone|unchanged)",
)
def keep_in_place(f, c):
    c *= f
    return c


@wrong(
    "intro.A_FIRST_STEP",
    "It prints the new cell state and returns nothing.",
    r"return|\bNone\b|print|gives? (back )?nothing|hand\w* back|no (value|result)",
)
def first_step_printed(f, c, i, g):
    c_new = f * c + i * g
    print(c_new)


@wrong(
    "intro.SIGMOID",
    "exp overflows for large a and inf / inf is nan.",
    r"overflow|\bnan\b|\binf|(exp|a\b|number).{0,20}too large|large (number|value|a\b|input)"
    r"|1000|exp\(.{0,8}\) (is|becomes|grows)"
    r"|not a number|finite",
)
def sigmoid_overflow(a):
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(a)
        return e / (1 + e)


@wrong(
    "why_gates.CELL_1997",
    "The two results come back in the order c, h, where h, c is asked for.",
    r"order|swap|h (first|then|before|and then|comes first)|c (first|before)|exchang|chang\w* places"
    r"|(first|second) (result|value|one).{0,40}(is|should|belongs|looks)"
    r"|wrong way round|h, ?c|places",
)
def step_1997_order(c_prev, i, g, o):
    c = c_prev + i * g
    h = o * np.tanh(c)
    return c, h


@wrong(
    "notation.TIME_MAJOR",
    "permute belongs to torch tensors; a NumPy array has transpose and swapaxes.",
    r"permute|no attribute|attributeerror|torch|(numpy|array).{0,30}(transpose|swapaxes|moveaxis)"
    r"|numpy (array|has)",
)
def to_batch_first_with_torch_method(x):
    return x.permute(1, 0, 2)


@wrong(
    "sequences.MASK",
    "The lengths need an axis of their own, lengths[:, None]: (T,) and (B,) do not broadcast.",
    r"broadcast|lengths\[:, ?(None|np)|newaxis|(extra|new|second|own|length-one|another) axis|column|reshape"
    r"|shapes? .{0,30}(not|fit|match|together)"
    r"|\(6,\)|\(B, ?1\)|valueerror|operands",
)
def real_without_axis(lengths, T):
    return (np.arange(T) < lengths).astype(float)


@wrong(
    "sine.FREE_RUN",
    "np.append returns a new array which is thrown away, so the window never moves and all forecasts are "
    "equal.",
    r"append|window (never|does not|doesn't|stays|must|has to|should|moves?)"
    r"|(all|every|same).{0,25}(forecast|value|same|equal)|moves? on|slide|drop"
    r"|thrown away|not (stored|kept|assigned|updated)|constant|first forecast|new array|go(es)? on|feed"
    r"|fed back",
)
def continued_without_moving(weights, window, steps):
    path = []
    for _ in range(steps):
        y = weights @ window
        path.append(y)
        np.append(window[1:], y)
    return np.array(path)


@wrong(
    "sine.WINDOWS",
    "The range ends one too early, so the last window and its target are lost.",
    r"last (window|one|target|value|stretch|pair)"
    r"|one (window|row|pair|stretch)? ?(too few|more|less|short|fewer|missing)|off by one"
    r"|N ?[-−–] ?(window|T)|too (few|short|early)"
    r"|missing (window|row)|how many|number of windows"
    r"|(one|a|1) (window|row|pair) (is )?(missing|lost|left out)|N ?[-−–] ?window",
)
def windows_last_one_lost(series, window):
    n = len(series) - window - 1
    x = np.array([series[s : s + window] for s in range(n)])
    y = np.array([series[s + window] for s in range(n)])
    return x, y


@wrong(
    "why_gates.MESSAGES",
    "c stays 0 inside the loop, as m is never added to it, so the loop never ends.",
    r"never (ends?|stops?|finish|return|comes?)|endless|infinite|forever|loop|too long|time ?(limit|out)"
    r"|does not (end|stop|finish|return)|seconds"
    r"|took longer|still running"
    r"|(not|never) finish|in time|(c|condition) (never|stays|does not|always)|c (is|stays) 0|update c",
)
def messages_endless(m, limit):
    c = 0.0
    n = 0
    while 1 - np.tanh(c) ** 2 >= limit:
        n = n + 1
    return n


@wrong(
    "rnn.PARITY_STEP",
    "h[0] and h[1] are rows of the batch, not units: with a batch axis it has to be h[:, 0] and h[:, 1].",
    r"h\[:, ?\[?[01]|batch (axis|first|is|comes)|(last|second|first|unit|wrong|other) axis"
    r"|axis (1|0|-1|one)\b|column"
    r"|first index|h\[0\] (is|takes|reads|gives|picks)|(row|sequence)s? (of the batch|not units|instead of)"
    r"|whole batch"
    r"|units? .{0,30}(last|second|column)",
)
def parity_of_rows(x, h):
    s = h[0] - 2 * h[1]
    first = x + s
    return np.concatenate([first, np.maximum(first - 1, 0)], axis=1)


@wrong(
    "lstm.FORGET_HALF_LIFE",
    "NumPy has no ln: the natural logarithm is np.log.",
    r"np\.log|\bln\b|no attribute|attributeerror|natural log|numpy (has|calls|knows)|called log",
)
def half_life_ln(bias):
    f = 1 / (1 + np.exp(-bias))
    return np.ln(0.5) / np.ln(f)


@wrong(
    "bug_museum.LAST_OF_BOTH",
    "H is written in as 2, so it holds only for the first case's size.",
    r"hard-?(cod|wir)|first case|another (size|case|H\b|number|shape)"
    r"|other (size|case|H\b|number|shape|batch)"
    r"|(number|size|width).{0,30}(fixed|written|fit|from output|from the)"
    r"|shape\[|\bH ?= ?2|\b2\b.{0,30}(only|units|features)|half (of )?the (last|width|features)"
    r"|any (size|H\b)|sizes",
)
def last_for_two_units(output):
    return np.concatenate([output[:, -1, :2], output[:, 0, 2:4]], axis=1)


@wrong(
    "lstm_gradient.DC_OVER_TIME",
    "dc = dh makes no copy, so the caller's dh is overwritten.",
    r"argument|in[- ]place|modif|mutat|overwr|caller|copy|same array|alias"
    r"|chang\w* (your |the |its )?(dh\b|input|array)|writes? into",
)
def dc_over_time_in_place(dh, f, o, c):
    dc = dh
    dc *= o * (1 - np.tanh(c) ** 2)
    for t in range(len(dc) - 2, -1, -1):
        dc[t] += dc[t + 1] * f[t + 1]
    return dc


@wrong(
    "stock.DIRECTION",
    "Whole-number division // rounds the share down to 0.",
    r"//|whole[- ]number|integer|floor|rounds?|rounded|truncat|cut off|fraction|between 0 and 1|decimal"
    r"|true division",
)
def direction_accuracy_floor(previous, actual, predicted):
    hits = 0
    for p, a, q in zip(previous, actual, predicted, strict=True):
        if (a > p) == (q > p):
            hits += 1
    return hits // len(actual)


# Right, in other words


@right("lstm.CELL_STATE_GRADIENT")
def dc_total_cosh(dh, dc, o, c):
    return o * dh / np.cosh(c) ** 2 + dc


@right("lstm.STARTING_BIAS")
def starting_bias_float32(H):
    return np.repeat(np.array([0, 1, 0, 0], dtype=np.float32), H)


@right("lstm_gradient.DC_OVER_TIME")
def dc_over_time_sum_of_products(dh, f, o, c):
    T = len(c)
    dc = np.zeros(c.shape)
    for t in range(T):
        for s in range(t, T):  # what h of step s sends back to c of step t
            dc[t] += dh[s] * o[s] * (1 - np.tanh(c[s]) ** 2) * np.prod(f[t + 1 : s + 1], axis=0)
    return dc


@right("lstm_gradient.ONE_STEP")
def step_back_filled_in(dh, dc, c_prev, i, f, g, o, c):
    B, H = c.shape
    total = np.empty((B, H))
    da = np.empty((B, 4 * H))
    for b in range(B):
        for j in range(H):
            th = np.tanh(c[b, j])
            total[b, j] = dc[b, j] + dh[b, j] * o[b, j] * (1 - th) * (1 + th)
            da[b, j] = total[b, j] * g[b, j] * (i[b, j] - i[b, j] ** 2)
            da[b, H + j] = total[b, j] * c_prev[b, j] * (f[b, j] - f[b, j] ** 2)
            da[b, 2 * H + j] = total[b, j] * i[b, j] * (1 - g[b, j]) * (1 + g[b, j])
            da[b, 3 * H + j] = dh[b, j] * th * (o[b, j] - o[b, j] ** 2)
    return [da, total * f]


@right("lstm_gradient.RECURRENT_WEIGHTS")
def d_weight_hh_outer_products(da, h, h_0):
    total = 0
    for b in range(len(da)):
        before = h_0[b]
        for t in range(da.shape[1]):
            total = total + np.outer(da[b, t], before)
            before = h[b, t]
    return total


@right("bug_museum.LAST_OF_BOTH")
def last_unfolded(output):
    B, T, _ = output.shape
    directions = output.reshape(B, T, 2, -1)
    return np.hstack((directions[:, T - 1, 0], directions[:, 0, 1]))


@right("bug_museum.FLOOR")
def floor_step_by_step(K):
    scores = [1.0] + [0.0] * (K - 1)
    exps = [np.exp(s) for s in scores]
    return float(-np.log(exps[0] / sum(exps)))


@right("sequences.MASK")
def real_as_list(lengths, T):
    return [[1.0 if t < n else 0.0 for t in range(T)] for n in lengths]


@right("intro.SIGMOID")
def sigmoid_by_tanh(a):
    return (np.tanh(0.5 * a) + 1) / 2


@right("vanishing_gradients.BOUND")
def bound_by_gram_matrix(U, k):
    return np.linalg.eigvalsh(U @ U.T)[-1] ** (k / 2)


@right("vanishing_gradients.JOINT_CLIPPING")
def clipped_end_to_end(dW, db, max_norm):
    flat = np.concatenate([dW.ravel(), db])
    length = np.linalg.norm(flat)
    if length > max_norm:
        flat = flat / length * max_norm
    return flat[: dW.size].reshape(dW.shape), flat[dW.size :]


@right("unrolling.BY_LAYER")
def by_layer_unfolded(h_n):
    two_l, B, H = h_n.shape
    ahead, back = h_n.reshape(two_l // 2, 2, B, H).swapaxes(0, 1)
    return ahead, back


@right("unrolling.CHUNK")
def chunk_row_by_row(series, B, k, j):
    stretch = len(series) // B
    rows = []
    for b in range(B):
        start = b * stretch + j * k
        rows.append(list(series[start : start + k]))
    return rows


@right("unrolling.REACH")
def reach_walked_back(T, k, f):
    dx = [0.0] * T
    d = 1.0
    for step in range(T, 0, -1):
        dx[step - 1] = d
        d = 0.0 if (step - 1) % k == 0 else d * f
    return dx
