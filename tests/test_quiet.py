"""A model is asked without being changed."""

import pytest
import torch
from torch import nn

from lmcourse.quiet import evaluating


def model():
    return nn.Sequential(
        nn.Linear(3, 3), nn.Sequential(nn.Dropout(0.5), nn.Linear(3, 3))
    )


def modes(model):
    return [module.training for module in model.modules()]


def test_dropout_is_off_inside_and_on_again_afterwards():
    net, x = model(), torch.ones(1000, 3)
    with evaluating(net):
        assert not any(modes(net))
        assert torch.equal(net(x), net(x))
    assert all(modes(net))
    assert not torch.equal(net(x), net(x))


def test_each_part_returns_to_its_own_mode():
    net = model()
    net[1][0].eval()
    before = modes(net)
    assert set(before) == {True, False}
    with evaluating(net):
        pass
    assert modes(net) == before


def test_the_modes_return_after_an_error_too():
    net = model()
    with pytest.raises(RuntimeError, match="half way"), evaluating(net):
        raise RuntimeError("half way")
    assert all(modes(net))


def test_it_says_where_the_model_is():
    with evaluating(nn.Linear(2, 2, device="meta")) as device:
        assert device.type == "meta"


@pytest.mark.parametrize("holds", ["a buffer", "nothing"])
def test_a_model_without_parameters_has_a_place_too(holds):
    net = nn.Module()
    if holds == "a buffer":
        net.register_buffer("table", torch.zeros(2, device="meta"))
    with evaluating(net) as device:
        assert device.type == ("meta" if holds == "a buffer" else "cpu")
